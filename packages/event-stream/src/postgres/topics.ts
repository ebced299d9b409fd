import type { StreamConnections } from './connections.js';

export interface Topic {
  id: number;
  name: string;
  partitions: number;
}

/** The topics of the log. They are never changed nor removed, so that what was read once stays true. */
export class Topics {
  #known = new Map<string, Promise<Topic>>();

  constructor(private readonly connections: StreamConnections) {}

  async ensure(topics: readonly { topic: string; partitions: number }[]): Promise<void> {
    await this.connections.control.transaction(async (client) => {
      for (const { topic, partitions } of [...topics].sort((a, b) => (a.topic < b.topic ? -1 : 1))) {
        await client.query('insert into stream.topic (name, partitions) values ($1, $2) on conflict do nothing', [
          topic,
          partitions,
        ]);
        await client.query(
          `insert into stream.partition (topic_id, partition)
             select id, n from stream.topic, generate_series(0, partitions - 1) n where name = $1 on conflict do nothing`,
          [topic],
        );
      }
    });
  }

  /**
   * Throws when there is no such topic: publishing and reading never create one. Calls at the same time share one look-up,
   * so that none overtakes another.
   */
  get(name: string): Promise<Topic> {
    let found = this.#known.get(name);
    if (found === undefined) {
      found = this.#find(name);
      this.#known.set(name, found);
      found.catch(() => this.#known.delete(name));
    }
    return found;
  }

  async #find(name: string): Promise<Topic> {
    const [found] = await this.connections.control.rows<Topic>(
      'select id, name, partitions from stream.topic where name = $1',
      [name],
    );
    if (found === undefined) throw new Error(`the stream has no topic ${name}: ensureTopics creates it`);
    return found;
  }
}
