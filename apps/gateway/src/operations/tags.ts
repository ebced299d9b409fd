/** The parts of the APIs, in the order in which the reference shows them. */
export const TAGS = {
  Events: 'Publishing events, and what became of them.',
  Webhooks: 'Endpoints that events are delivered to, their options and their state.',
  Deliveries: 'What was sent where, with every attempt.',
  Jobs: 'What is done by hand: sending again, replaying, backfilling.',
  Filters: 'Trying a filter before a webhook has it.',
  'Event types': "The account's catalogue: which types of event it has, and what their data looks like.",
  'Dead letters': 'Records that could not be read: seen, put back, dropped.',
  Sources: 'Topics of Kafka whose records become events.',
  Accounts: 'Accounts and their API keys.',
  Portal: 'The page that a subscriber sees.',
  Bases: 'Bases with their tables, and who works in them.',
  Users: "The people who work in the account's bases.",
  Tokens: 'Credentials of users, for the webhooks of bases.',
  Integrations: "OAuth clients whose access tokens count in the account's bases.",
  Airstack: "Airstack's webhooks API, under /api/v1. Its clients work unchanged.",
  Airtable: "Airtable's webhooks API, under /v0/bases. Its clients work unchanged.",
  Service: 'Documents about the service, and whether it is able to work.',
} as const;

export type Tag = keyof typeof TAGS;
