import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { isStatus } from './api/problem.js';
import { queries } from './api/queries.js';
import { useLiveChanges } from './api/use-live-changes.js';
import { Failed } from './parts/states.js';
import { Expired } from './shell/expired.js';
import { NotFound } from './shell/not-found.js';
import { ScreenBoundary } from './shell/screen-boundary.js';
import { ScreenLoading } from './shell/screen-loading.js';
import { Shell } from './shell/shell.js';
import { ShellLoading } from './shell/shell-loading.js';
import { SignedOut } from './shell/signed-out.js';
import { WebhooksScreen } from './webhooks/webhooks-screen.js';

// Each of them is fetched when it is first shown.
const CatalogueScreen = lazy(async () => ({
  default: (await import('./catalogue/catalogue-screen.js')).CatalogueScreen,
}));
const ChangeWebhookScreen = lazy(async () => ({
  default: (await import('./webhooks/change-webhook-screen.js')).ChangeWebhookScreen,
}));
const DeliveryScreen = lazy(async () => ({
  default: (await import('./deliveries/delivery-screen.js')).DeliveryScreen,
}));
const FindEventScreen = lazy(async () => ({
  default: (await import('./events/find-event-screen.js')).FindEventScreen,
}));
const NewWebhookScreen = lazy(async () => ({
  default: (await import('./webhooks/new-webhook-screen.js')).NewWebhookScreen,
}));
const VerifyScreen = lazy(async () => ({ default: (await import('./verify/verify-screen.js')).VerifyScreen }));
const WebhookScreen = lazy(async () => ({ default: (await import('./webhooks/webhook-screen.js')).WebhookScreen }));

const SIGNED_OUT = '/signed-out';

/** All screens, once the session is known to open them. */
export function Portal() {
  const [path] = useLocation();
  const account = useQuery(queries.account());
  const ended = isStatus(account.error, 401);
  useLiveChanges(account.data !== undefined && !ended);
  if (ended) return path === SIGNED_OUT ? <SignedOut /> : <Expired />;
  if (account.data === undefined) {
    return account.error === null ? (
      <ShellLoading />
    ) : (
      <main className="lonely">
        <Failed error={account.error} retry={() => void account.refetch()} />
      </main>
    );
  }
  return (
    <Shell account={account.data}>
      <ScreenBoundary key={path}>
        <Suspense fallback={<ScreenLoading />}>
          <Switch>
            <Route path="/">
              <WebhooksScreen />
            </Route>
            <Route path="/webhooks/new">
              <NewWebhookScreen />
            </Route>
            <Route path="/webhooks/:id/edit">{({ id }) => <ChangeWebhookScreen key={id} id={id} />}</Route>
            <Route path="/webhooks/:id/verify">{({ id }) => <VerifyScreen key={id} id={id} />}</Route>
            <Route path="/webhooks/:id/deliveries/:delivery">
              {({ id, delivery }) => <DeliveryScreen key={delivery} webhookId={id} id={delivery} />}
            </Route>
            <Route path="/webhooks/:id">{({ id }) => <WebhookScreen key={id} id={id} />}</Route>
            <Route path="/events">
              <FindEventScreen />
            </Route>
            <Route path="/catalogue/:name">{({ name }) => <CatalogueScreen name={decodeURIComponent(name)} />}</Route>
            <Route path="/catalogue">
              <CatalogueScreen name={null} />
            </Route>
            <Route path="/verify">
              <VerifyScreen id={null} />
            </Route>
            <Route path={SIGNED_OUT}>
              <Redirect to="/" replace />
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </ScreenBoundary>
    </Shell>
  );
}
