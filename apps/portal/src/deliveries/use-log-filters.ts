import { useSearchParams } from 'wouter';
import type { DeliveryState } from '../api/answers.js';

export const deliveryStates: readonly DeliveryState[] = ['pending', 'delivered', 'exhausted', 'cancelled'];

/** What the log shows; an empty text leaves it open. */
export interface LogFilters {
  state: DeliveryState | '';
  event: string;
  /** So many hours back, or `own`: between the two. */
  time: string;
  /** As fields for date and time have it, in the reader's own time zone. */
  from: string;
  until: string;
}

/** The filters stand in the address: they are still there for whoever comes back from a delivery, and can be handed on. */
export function useLogFilters(): [LogFilters, (part: Partial<LogFilters>) => void] {
  const [query, setQuery] = useSearchParams();
  const text = (name: keyof LogFilters) => query.get(name) ?? '';
  const filters: LogFilters = {
    state: deliveryStates.find((state) => state === text('state')) ?? '',
    event: text('event'),
    time: text('time'),
    from: text('from'),
    until: text('until'),
  };
  const change = (part: Partial<LogFilters>) => {
    const given = Object.entries({ ...filters, ...part }).filter(([, value]) => value !== '');
    setQuery(Object.fromEntries(given), { replace: true });
  };
  return [filters, change];
}
