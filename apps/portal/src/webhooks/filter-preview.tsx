import { isJsonObject } from '@sluice/exact-json/json-object';
import { parseJson } from '@sluice/exact-json/parse-json';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PreviewedEvent } from '../api/answers.js';
import { previewFilter } from '../api/routes.js';
import { EventDialog } from '../events/event-dialog.js';
import { parseEditorText } from '../filters/filter-editor.js';
import { reasonInWords } from '../filters/reason-words.js';
import { Badge } from '../parts/badge.js';
import { Ago } from '../parts/moment.js';
import { plural, whole } from '../parts/numbers.js';
import { Failed, Loading } from '../parts/states.js';
import { useSettled } from '../parts/use-settled.js';

const SHOWN = 8;

/** What the filter would have let through of the latest real events; each of them can be opened. */
export function FilterPreview({ eventType, text }: { eventType: string; text: string }) {
  const settled = useSettled(text, 350);
  const parsed = parseEditorText(settled);
  const [show, setShow] = useState<'all' | 'matched' | 'unmatched'>('all');
  const [shown, setShown] = useState(SHOWN);
  const [opened, setOpened] = useState<PreviewedEvent | null>(null);
  const preview = useQuery({
    queryKey: ['preview', eventType, parsed.ok ? parsed.filter.text : null],
    queryFn: ({ signal }) => {
      const filter = parsed.ok ? parseJson(parsed.filter.text) : null;
      return previewFilter(eventType, isJsonObject(filter ?? undefined) ? (filter as never) : null, signal);
    },
    enabled: parsed.ok && eventType !== '',
    placeholderData: keepPreviousData,
  });
  if (preview.error !== null) return <Failed error={preview.error} retry={() => void preview.refetch()} />;
  if (!parsed.ok) return <p className="muted">Mend the filter to try it.</p>;
  if (preview.data === undefined) return <Loading lines={3} label="Trying the filter" />;
  const { considered, matched, events } = preview.data;
  const fitting = events.filter((event) => show === 'all' || event.matched === (show === 'matched'));
  return (
    <div className="preview">
      <p className="preview-result" aria-live="polite">
        {considered === 0 ? (
          'No event of this type came lately, so there is nothing to try the filter on.'
        ) : (
          <>
            Would have matched <strong>{whole(matched)}</strong> of the last <strong>{whole(considered)}</strong>{' '}
            {considered === 1 ? 'event' : 'events'}.
          </>
        )}
      </p>
      {considered === 0 ? null : (
        <>
          <meter className="meter" min={0} max={considered} value={matched} aria-label="Share of events that match" />
          <fieldset className="segments">
            <legend className="visually-hidden">Show events</legend>
            {(['all', 'matched', 'unmatched'] as const).map((choice) => (
              <label key={choice} className={show === choice ? 'segment segment-on' : 'segment'}>
                <input type="radio" name="preview-show" checked={show === choice} onChange={() => setShow(choice)} />
                {choice === 'all' ? 'All' : choice === 'matched' ? 'Matched' : 'Not matched'}
              </label>
            ))}
          </fieldset>
          <ul className="list">
            {fitting.slice(0, shown).map((event) => (
              <li key={`${event.source} ${event.id}`}>
                <button type="button" className="list-button" onClick={() => setOpened(event)}>
                  <span className="list-badge">
                    <Badge tone={event.matched ? 'good' : 'quiet'} icon={event.matched ? 'check' : 'cross'}>
                      {event.matched ? 'Match' : 'No match'}
                    </Badge>
                  </span>
                  <span className="list-main">
                    <span className="mono clip">{event.id}</span>
                    {event.reason === null ? null : <span className="muted clip">{reasonInWords(event.reason)}</span>}
                  </span>
                  <span className="muted nowrap">
                    <Ago at={event.accepted_at} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {fitting.length > shown ? (
            <button type="button" className="button button-small" onClick={() => setShown(shown + 50)}>
              Show {plural(Math.min(50, fitting.length - shown), 'more', 'more')}
            </button>
          ) : null}
        </>
      )}
      {opened === null ? null : <EventDialog event={opened} close={() => setOpened(null)} />}
    </div>
  );
}
