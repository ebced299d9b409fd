import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queries } from '../api/queries.js';
import { cancelJob } from '../api/routes.js';
import { Badge } from '../parts/badge.js';
import { plural, whole } from '../parts/numbers.js';
import { Failed, Loading } from '../parts/states.js';

const ASKED_EVERY_MS = 2_000;

/** How far a job is, until it has ended. */
export function JobProgress({ id }: { id: string }) {
  const client = useQueryClient();
  const found = useQuery({
    ...queries.job(id),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? ASKED_EVERY_MS : false),
  });
  const cancel = useMutation({
    mutationFn: () => cancelJob(id),
    onSuccess: (job) => client.setQueryData(queries.job(id).queryKey, job),
  });
  const ended = found.data !== undefined && found.data.state !== 'running';
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: ['deliveries'] });
  }, [client, ended]);
  if (found.error !== null) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading lines={2} label="Loading the job" />;
  const { state, reason, progress, notes } = found.data;
  const { total, done, inserted, not_possible } = progress;
  const running = state === 'running';
  return (
    <div className="progress">
      <progress
        aria-label="Progress"
        {...(running ? (total === null ? {} : { value: done, max: Math.max(total, 1) }) : { value: 1, max: 1 })}
      />
      <p aria-live="polite">
        {running ? (
          <Badge tone="accent" icon="clock">
            Running
          </Badge>
        ) : state === 'done' ? (
          <Badge tone="good" icon="check">
            Done
          </Badge>
        ) : (
          <Badge tone="bad" icon="cross">
            {state === 'cancelled' ? 'Cancelled' : 'Failed'}
          </Badge>
        )}{' '}
        {total === null ? `Looked at ${whole(done)}` : `Looked at ${whole(done)} of ${whole(total)}`},{' '}
        {plural(inserted, 'delivery', 'deliveries')} on the way
        {not_possible === 0 ? '' : `, ${whole(not_possible)} not possible`}.{reason === null ? null : ` ${reason}.`}
      </p>
      {notes.length === 0 ? null : (
        <ul className="muted">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {running ? (
        <button
          type="button"
          className="button button-small"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          Stop it
        </button>
      ) : null}
      {cancel.error instanceof Error ? <p className="field-error">{cancel.error.message}</p> : null}
    </div>
  );
}
