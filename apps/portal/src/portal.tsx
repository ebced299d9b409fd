import { useQuery } from '@tanstack/react-query';
import { Route, Switch } from 'wouter';
import { isStatus } from './api/problem.js';
import { queries } from './api/queries.js';
import { useLiveChanges } from './api/use-live-changes.js';
import { CatalogueScreen } from './catalogue/catalogue-screen.js';
import { DeliveryScreen } from './deliveries/delivery-screen.js';
import { FindEventScreen } from './events/find-event-screen.js';
import { Failed, Loading } from './parts/states.js';
import { Expired } from './shell/expired.js';
import { NotFound } from './shell/not-found.js';
import { Shell } from './shell/shell.js';
import { VerifyScreen } from './verify/verify-screen.js';
import { ChangeWebhookScreen } from './webhooks/change-webhook-screen.js';
import { NewWebhookScreen } from './webhooks/new-webhook-screen.js';
import { WebhookScreen } from './webhooks/webhook-screen.js';
import { WebhooksScreen } from './webhooks/webhooks-screen.js';

/** All screens, once the session is known to open them. */
export function Portal() {
  const account = useQuery(queries.account());
  useLiveChanges(account.data !== undefined);
  if (isStatus(account.error, 401)) return <Expired />;
  if (account.error !== null) {
    return (
      <main className="lonely">
        <Failed error={account.error} retry={() => void account.refetch()} />
      </main>
    );
  }
  if (account.data === undefined) {
    return (
      <main className="lonely">
        <Loading />
      </main>
    );
  }
  return (
    <Shell account={account.data}>
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
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Shell>
  );
}
