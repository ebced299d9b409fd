import type { DeadLetter, DeadLetterFailure, DeadLetters } from '@sluice/contracts/dead-letter-commands';
import { accepted, refused } from '@sluice/contracts/result';

/** The dispatcher's contract on dead letters as far as the gateway's tests need it. */
export class MemoryDeadLetters {
  readonly letters: DeadLetter[] = [];
  readonly asked: { command: string; request: unknown }[] = [];
  /** What putting back and dropping fails with. */
  failure: DeadLetterFailure | null = null;

  readonly commands: DeadLetters = {
    listDeadLetters: async (request) => {
      this.asked.push({ command: 'listDeadLetters', request });
      const more = this.letters.length > request.limit;
      const next = { at: '2026-06-01T09:30:00.000123Z', partition: 3, position: '41' };
      return accepted({ deadLetters: this.letters.slice(0, request.limit), next: more ? next : null });
    },
    getDeadLetter: async ({ deadLetterId }) => {
      const letter = this.letters.find(({ id }) => id === deadLetterId);
      return letter === undefined ? refused('not_found', 'there is no such dead letter') : accepted(letter);
    },
    putBackDeadLetters: (request) => this.#done('putBackDeadLetters', request),
    dropDeadLetters: (request) => this.#done('dropDeadLetters', request),
  };

  async #done(command: string, request: Parameters<DeadLetters['dropDeadLetters']>[0]) {
    this.asked.push({ command, request });
    const ids = 'ids' in request.selection ? request.selection.ids : [];
    if (this.failure === null) return accepted({ done: ids, failed: [], more: false });
    return accepted({ done: [], failed: [this.failure], more: false });
  }
}
