import { Link } from 'wouter';
import { Empty } from '../parts/states.js';
import { ScreenHead } from './screen-head.js';

export const NotFound = () => (
  <>
    <ScreenHead title="Not found" />
    <Empty icon="search" title="There is no such page">
      <Link href="/" className="button">
        Go to your webhooks
      </Link>
    </Empty>
  </>
);
