import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { isStatus, Problem } from './api/problem.js';
import { queries } from './api/queries.js';
import { Portal } from './portal.js';

const AGAIN = 2;

const accountKey = queries.account().queryKey;

/** Any answer may be the first that tells of the session's end: whether it has ended is asked, and shown, in one place. */
function askForSession(error: unknown): void {
  if (isStatus(error, 401)) void client.invalidateQueries({ queryKey: accountKey });
}

const client = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey: [about] }) => {
      if (about !== accountKey[0]) askForSession(error);
    },
  }),
  mutationCache: new MutationCache({ onError: askForSession }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was refused is refused again; what did not come may come.
      retry: (failures, error) =>
        failures < AGAIN && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: (query) => !isStatus(query.state.error, 401),
    },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no place for the page');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Router base="/portal">
        <Portal />
      </Router>
    </QueryClientProvider>
  </StrictMode>,
);
