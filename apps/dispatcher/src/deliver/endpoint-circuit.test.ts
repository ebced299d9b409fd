import { describe, expect, test } from 'vitest';
import { EndpointCircuit } from './endpoint-circuit.js';

/** A circuit whose pauses are as planned, without jitter. */
const circuitOf = (random = 0.5) => new EndpointCircuit(() => random);

/** Different deliveries that fail, each begun and over at that moment. */
function fail(circuit: EndpointCircuit, deliveries: number, atMs = 0): void {
  for (let delivery = 1; delivery <= deliveries; delivery += 1) circuit.failed(`msg_${delivery}`, atMs, atMs);
}

describe('the circuit of an endpoint', () => {
  test('opens when five deliveries failed in a row', () => {
    const circuit = circuitOf();
    fail(circuit, 4);
    expect([circuit.isOpen, circuit.isPaused(0)]).toEqual([false, false]);
    fail(circuit, 5);
    expect([circuit.isOpen, circuit.pausedMs(0)]).toEqual([true, 5_000]);
  });

  test('does not open for one delivery that fails again and again, nor when another succeeds between', () => {
    const circuit = circuitOf();
    for (let times = 0; times < 20; times += 1) circuit.failed('msg_1', 0, 0);
    expect(circuit.isOpen).toBe(false);
    fail(circuit, 4);
    circuit.succeeded();
    fail(circuit, 4);
    expect(circuit.isOpen).toBe(false);
  });

  test('pauses twice as long after each probe that fails, up to a minute', () => {
    const circuit = circuitOf();
    fail(circuit, 5);
    let nowMs = 0;
    const pauses: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      pauses.push(circuit.pausedMs(nowMs));
      nowMs += circuit.pausedMs(nowMs);
      expect(circuit.isPaused(nowMs)).toBe(false);
      circuit.failed('msg_1', nowMs, nowMs);
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(circuit.openings).toBe(7);
  });

  test('spreads its pauses by a fifth', () => {
    for (const [random, pauseMs] of [
      [0, 4_000],
      [0.999_999, 6_000],
    ] as const) {
      const circuit = circuitOf(random);
      fail(circuit, 5);
      expect(circuit.pausedMs(0)).toBeCloseTo(pauseMs, 0);
    }
  });

  test('learns nothing from attempts that were under way when it opened', () => {
    const circuit = circuitOf();
    fail(circuit, 5, 1_000);
    circuit.failed('msg_6', 900, 2_000);
    circuit.failed('msg_7', 900, 20_000);
    expect([circuit.openings, circuit.isPaused(6_000)]).toEqual([1, false]);
  });

  test('is closed by any success, and begins anew', () => {
    const circuit = circuitOf();
    fail(circuit, 5);
    circuit.failed('msg_1', 5_000, 5_000);
    expect(circuit.openMs(15_000)).toBe(15_000);
    circuit.succeeded();
    expect([circuit.isOpen, circuit.openMs(15_000)]).toEqual([false, 0]);
    fail(circuit, 4, 15_000);
    expect(circuit.isOpen).toBe(false);
    fail(circuit, 5, 15_000);
    expect(circuit.pausedMs(15_000)).toBe(5_000);
  });

  test('waits for an endpoint that has too much to do as long as it asks, an hour at most', () => {
    const circuit = circuitOf();
    circuit.overloaded(30_000, 0);
    expect(circuit.pausedMs(0)).toBe(30_000);
    circuit.overloaded(Number.MAX_SAFE_INTEGER, 0);
    expect(circuit.pausedMs(0)).toBe(3_600_000);
  });

  test('waits twice as long each time for one that does not say how long, up to a minute, until a success', () => {
    const circuit = circuitOf();
    let nowMs = 0;
    const next = (): number => {
      circuit.overloaded(null, nowMs);
      const pauseMs = circuit.pausedMs(nowMs);
      nowMs += pauseMs;
      return pauseMs;
    };
    expect(Array.from({ length: 8 }, next)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    circuit.succeeded();
    expect(next()).toBe(1_000);
  });

  test('makes the longest of all pauses that are due', () => {
    const circuit = circuitOf();
    circuit.overloaded(60_000, 0);
    fail(circuit, 5);
    expect(circuit.pausedMs(0)).toBe(60_000);
  });
});
