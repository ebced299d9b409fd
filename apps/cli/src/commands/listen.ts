import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { untilInterrupted } from '../api/interruption.js';
import { misused } from '../failure/command-failure.js';
import { demandEventType, demandWebhook, remarkIfNoWebhooks } from '../listen/demand-followable.js';
import { follow } from '../listen/follow.js';
import { type FollowedDelivery, type Forwarded, Forwarder } from '../listen/forward.js';
import { withExamples } from '../terminal/examples.js';
import { plain } from '../terminal/plain.js';
import { type Shown, say } from '../terminal/show.js';

interface ListenOptions {
  forwardTo?: string;
  eventType?: string;
  webhook?: string;
}

/** `listen`: follows `/v1/deliveries/follow`, and sends each delivery on before it reads the next. */
export function addListen(program: Command): void {
  const listen = program
    .command('listen')
    .description('receive the deliveries of your webhooks on this machine, without an open port')
    .option('--forward-to <url>', 'send each on to this address, signed with its webhook’s secret')
    .option('--event-type <type>', 'only those of this type')
    .option('--webhook <id>', 'only those of this webhook')
    .action(async ({ forwardTo, eventType, webhook }: ListenOptions, command: Command) => {
      if (forwardTo !== undefined && !/^https?:/.test(forwardTo)) {
        throw misused(`${forwardTo} is no http or https address (--forward-to)`);
      }
      const api = connect(command);
      const signal = untilInterrupted();
      if (eventType !== undefined) await demandEventType(api, eventType, signal);
      if (webhook === undefined) await remarkIfNoWebhooks(api, signal);
      else await demandWebhook(api, webhook, eventType, signal);
      const forwarder = forwardTo === undefined ? null : await Forwarder.to(forwardTo, api, signal);
      const { json } = command.optsWithGlobals<Shown>();
      const query = { event_type: eventType, webhook_id: webhook };
      const greeting = `Listening${forwardTo === undefined ? '' : `, and sending on to ${forwardTo}`}. Ctrl-C ends it.`;
      const following = { query, idOf: (delivery: FollowedDelivery) => delivery.delivery_id, greeting, signal };
      for await (const { text, thing: delivery } of follow(api, '/v1/deliveries/follow', following)) {
        const forwarded = forwarder === null ? null : await forwarder.forward(delivery);
        signal.throwIfAborted();
        if (json) say(forwarded === null ? text : JSON.stringify({ ...delivery, forwarded }));
        else say(lineOf(delivery, forwarded));
      }
      signal.throwIfAborted();
    });
  withExamples(
    listen,
    'sluice listen --forward-to http://127.0.0.1:3000/hook',
    'sluice listen --event-type follow.created --json',
  );
}

function lineOf({ delivery_id, webhook_id, event }: FollowedDelivery, forwarded: Forwarded | null): string {
  const parts = [event.accepted_at, event.type, event.id, `webhook ${webhook_id}`, delivery_id];
  if (forwarded !== null) parts.push(`→ ${forwarded.status ?? forwarded.error} in ${forwarded.latency_ms} ms`);
  return plain(parts.join('  '));
}
