import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.js';
import { reasonInWords } from '../filters/reason-words.js';
import { prettyText } from '../json/pretty-json.js';
import { Code } from '../parts/code.js';
import { Dialog } from '../parts/dialog.js';
import { Exact } from '../parts/moment.js';
import { Failed, Loading } from '../parts/states.js';

interface Shown {
  source: string;
  id: string;
  accepted_at: string;
  reason?: string | null;
}

/** One event with its data, as text. */
export function EventDialog({ event, close }: { event: Shown; close: () => void }) {
  const found = useQuery(queries.eventData(event.source, event.id));
  return (
    <Dialog title="Event" close={close} wide>
      <dl className="facts">
        <dt>Id</dt>
        <dd className="mono">{event.id}</dd>
        <dt>Source</dt>
        <dd className="mono">{event.source}</dd>
        <dt>Accepted</dt>
        <dd>
          <Exact at={event.accepted_at} />
        </dd>
        {event.reason === null || event.reason === undefined ? null : (
          <>
            <dt>Did not match</dt>
            <dd>{reasonInWords(event.reason)}</dd>
          </>
        )}
      </dl>
      {found.error !== null ? (
        <Failed error={found.error} />
      ) : found.data === undefined ? (
        <Loading />
      ) : found.data.data === null ? (
        <p className="muted">Its data is no longer kept.</p>
      ) : (
        <Code
          label="Data"
          text={found.data.data_encoding === 'base64' ? found.data.data : prettyText(found.data.data)}
        />
      )}
    </Dialog>
  );
}
