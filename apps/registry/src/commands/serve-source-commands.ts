import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result } from '@sluice/contracts/result';
import type { ShownSource, Sources as SourceCommands } from '@sluice/contracts/sources';
import type { Acting } from '../access/acting.js';
import type { SourceChanges } from '../sources/source-changes.js';
import type { SourceReports } from '../sources/source-reports.js';
import type { Sources } from '../sources/sources.js';

/** What the commands about sources are made of. */
export interface SourceParts {
  sources: Sources;
  changes: SourceChanges;
  reports: SourceReports;
}

/** The commands about sources: for admin keys, but for what importers tell. */
export function sourceCommandsOf(acting: Acting, { sources, changes, reports }: SourceParts): SourceCommands {
  const managed = <T>(credential: string, act: (principal: Principal) => Promise<Result<T>>): Promise<Result<T>> =>
    acting.allowed(credential, 'manage', act);

  /** With a line in the log. */
  const changed = (
    credential: string,
    fact: string,
    act: (principal: Principal) => Promise<Result<ShownSource>>,
  ): Promise<Result<ShownSource>> =>
    managed(credential, async (principal) =>
      acting.logged(await act(principal), fact, principal, ({ source: { id, topic, revision, status } }) => ({
        ...{ sourceId: id, topic, revision, status },
      })),
    );

  return {
    createSource: ({ credential, ...wanted }) =>
      changed(credential, 'source.created', (principal) => sources.create(principal, wanted)),

    listSources: ({ credential, limit, before }) =>
      managed(credential, async (principal) => accepted(await sources.list(principal, { limit, before }))),

    getSource: ({ credential, sourceId }) => managed(credential, (principal) => sources.get(principal, sourceId)),

    updateSource: ({ credential, sourceId, ifMatch, from, ...wanted }) =>
      changed(credential, 'source.updated', (principal) =>
        changes.update(principal, sourceId, wanted, { ifMatch, from }),
      ),

    switchSource: ({ credential, sourceId, turn, from }) =>
      changed(credential, 'source.switched', (principal) => changes.turn(principal, sourceId, turn, from)),

    deleteSource: ({ credential, sourceId, ...asked }) =>
      managed(credential, async (principal) =>
        acting.logged(await changes.delete(principal, sourceId, asked), 'source.deleted', principal, () => ({
          sourceId,
        })),
      ),

    syncSources: ({ instance, reports: told }) => reports.sync(instance, told),
  };
}
