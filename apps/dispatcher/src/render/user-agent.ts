/** Who calls, in every request to an endpoint. */
export const USER_AGENT = 'Sluice';
