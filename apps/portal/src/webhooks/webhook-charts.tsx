import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/queries.js';
import { LatencyChart } from '../charts/latency-chart.js';
import { placesOf } from '../charts/places.js';
import { VolumeChart } from '../charts/volume-chart.js';
import { compact, milliseconds, percent } from '../parts/numbers.js';
import { Failed, Loading } from '../parts/states.js';
import { PlacesTable } from './places-table.js';

const RANGES = [
  { name: '24 hours', hours: 24, length: 1 },
  { name: '7 days', hours: 168, length: 6 },
  { name: '30 days', hours: 720, length: 24 },
] as const;

/** How a webhook fared: the numbers, volume and failures, and latency. */
export function WebhookCharts({ id }: { id: string }) {
  const [range, setRange] = useState<(typeof RANGES)[number]>(RANGES[0]);
  const found = useQuery(queries.statistics(id, range.hours));
  return (
    <section className="charts" aria-labelledby="charts-title">
      <div className="section-head">
        <h2 id="charts-title">How it fared</h2>
        <fieldset className="segments">
          <legend className="visually-hidden">Range of time</legend>
          {RANGES.map((choice) => (
            <label key={choice.name} className={choice === range ? 'segment segment-on' : 'segment'}>
              <input type="radio" name="range" checked={choice === range} onChange={() => setRange(choice)} />
              {choice.name}
            </label>
          ))}
        </fieldset>
      </div>
      {found.error !== null ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading />
      ) : (
        <Charts statistics={found.data} length={range.length} name={range.name} />
      )}
    </section>
  );
}

interface ChartsProps {
  statistics: import('../api/answers.js').Statistics;
  length: number;
  name: string;
}

function Charts({ statistics: { total, hours, from, to }, length, name }: ChartsProps) {
  const places = placesOf(hours, from, to, length);
  return (
    <>
      <dl className="figures">
        <Figure
          name="Success rate"
          value={percent(total.success_rate)}
          bad={total.success_rate !== null && total.success_rate < 0.95}
        />
        <Figure name="Delivered" value={compact(total.delivered)} />
        <Figure name="Failed attempts" value={compact(total.failed)} bad={total.failed > 0} />
        <Figure name="Latency p95" value={milliseconds(total.latency_ms?.p95)} />
      </dl>
      <div className="chart-pair">
        <figure className="card chart-card">
          <figcaption>
            <span className="small-title">Attempts</span>
            <span className="legend">
              <span className="key key-good">succeeded</span>
              <span className="key key-bad">failed</span>
            </span>
          </figcaption>
          <VolumeChart
            places={places}
            label={`Attempts of the last ${name}: ${total.succeeded} succeeded, ${total.failed} failed`}
          />
        </figure>
        <figure className="card chart-card">
          <figcaption>
            <span className="small-title">Latency</span>
            <span className="legend">
              <span className="key key-p50">p50</span>
              <span className="key key-p95">p95</span>
              <span className="key key-p99">p99</span>
            </span>
          </figcaption>
          <LatencyChart
            places={places}
            label={`Latency of the last ${name}: 95 % within ${milliseconds(total.latency_ms?.p95)}`}
          />
        </figure>
      </div>
      <details className="more as-table">
        <summary>The same as a table</summary>
        <PlacesTable places={places} />
      </details>
    </>
  );
}

const Figure = ({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) => (
  <div className="card figure">
    <dt>{name}</dt>
    <dd className={bad ? 'bad' : undefined}>{value}</dd>
  </div>
);
