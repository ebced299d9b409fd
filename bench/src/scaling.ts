import { type Drained, measureDraining } from './deliveries.js';
import type { Receiver } from './receiver.js';
import type { ServicesInstallation } from './services-installation.js';

const MOST_DISPATCHERS = 3;

interface ScalingStep extends Drained {
  dispatchers: number;
}

export interface ScalingResult {
  steps: ScalingStep[];
  /** Deliveries a second with the most dispatchers to those with one. */
  speedRatio: number;
  /** CPU time of dispatchers for each delivery with the most of them to that with one: more than 1 when they are in each other's way. */
  cpuRatio: number | null;
}

/** The same backlog with one dispatcher, with two and with three, all on this machine. */
export async function measureScaling(installation: ServicesInstallation, receiver: Receiver): Promise<ScalingResult> {
  const steps: ScalingStep[] = [];
  for (let dispatchers = 1; dispatchers <= MOST_DISPATCHERS; dispatchers += 1) {
    if (dispatchers > 1) await installation.addDispatcher();
    steps.push({ dispatchers, ...(await measureDraining(installation, receiver, `scaling-${dispatchers}`)) });
  }
  for (let added = 1; added < MOST_DISPATCHERS; added += 1) await installation.removeDispatcher();
  const [one, most] = [steps[0] as ScalingStep, steps.at(-1) as ScalingStep];
  const { dispatcherCpuUs: cpuOfOne } = one;
  const cpuRatio = cpuOfOne === null || most.dispatcherCpuUs === null ? null : most.dispatcherCpuUs / cpuOfOne;
  return { steps, speedRatio: most.deliveredPerSecond / one.deliveredPerSecond, cpuRatio };
}
