import type { Place } from '../charts/places.js';
import { milliseconds, whole } from '../parts/numbers.js';
import { Scroll } from '../parts/scroll.js';

/** What the charts show, for those who read numbers rather. */
export function PlacesTable({ places }: { places: Place[] }) {
  const used = places.filter(({ succeeded, failed }) => succeeded + failed > 0);
  if (used.length === 0) return <p className="muted">Nothing was sent in this time.</p>;
  return (
    <Scroll label="Attempts and latency by time">
      <table className="table plain">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Succeeded</th>
            <th scope="col">Failed</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">p99</th>
          </tr>
        </thead>
        <tbody>
          {used.map(({ name, succeeded, failed, latency }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{whole(succeeded)}</td>
              <td>{whole(failed)}</td>
              <td>{milliseconds(latency?.p50)}</td>
              <td>{milliseconds(latency?.p95)}</td>
              <td>{milliseconds(latency?.p99)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
