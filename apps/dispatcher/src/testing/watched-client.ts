import pg from 'pg';

type Query = (query: string | { name?: string }, ...rest: unknown[]) => Promise<unknown>;

/** A kind of client whose statements all go through `around`, which gets the statement's name or text. */
export const clientsThat = (around: (statement: string, send: () => Promise<unknown>) => Promise<unknown>) =>
  class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super(config);
      const send: Query = this.query.bind(this);
      const query: Query = (statement, ...rest) =>
        around(typeof statement === 'string' ? statement : (statement.name ?? ''), () => send(statement, ...rest));
      Object.assign(this, { query });
    }
  };

/** What a connection that is cut between a statement and its answer says. */
export const unanswered = (): never => {
  throw new Error('Connection terminated unexpectedly');
};
