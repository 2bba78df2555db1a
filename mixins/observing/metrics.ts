/**
 * What a node counts, by the conventions of Prometheus: base units, seconds, bounded labels. Asked
 * for by whoever scrapes; nothing is computed before.
 */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { GroupStats } from "../channels/port.ts";
import type { Breakers } from "../resilience/breaker.ts";
import type { Responses } from "../resilience/responses.ts";

export interface Sources {
  readonly breakers: Breakers;
  readonly responses: Responses;
  /** Of the groups that read channels on this node. */
  readonly channels: () => Promise<readonly GroupStats[]>;
}

const readingMs = 1_000;
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Histogram<"door" | "method" | "route" | "status">;
  #lastRead = Number.NEGATIVE_INFINITY;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Histogram({
      name: "http_request_duration_seconds",
      help: "Time to answer a request at a door.",
      labelNames: ["door", "method", "route", "status"],
      buckets,
      registers: [this.registry],
    });
  }

  /** @param route the pattern of a path, never the path: there are as many as contracts say */
  request(door: string, method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ door, method, route, status }, seconds);
  }

  /** Somebody has read something at a door. */
  read(): void {
    this.#lastRead = performance.now();
  }

  /** Whether somebody did within the last second. */
  get isRead(): boolean {
    return performance.now() - this.#lastRead < readingMs;
  }

  /** Adds what is read off the node's parts when it is asked for. */
  watch({ breakers, responses, channels }: Sources): void {
    const registers = [this.registry];
    this.#gauge(
      "breaker_open",
      "1 while a target is left alone, 0.5 while it is probed.",
      (set) => {
        const states = { closed: 0, "half-open": 0.5, open: 1 };
        for (const { target, state } of breakers.list()) set({ target }, states[state]);
      },
      ["target"],
    );
    this.#gauge("cache_entries", "Answers kept.", (set) => set({}, responses.size), []);
    this.#gauge("cache_bytes", "Their size.", (set) => set({}, responses.bytes), []);
    this.#gauge(
      "cache_requests",
      "How requests met the kept answers, since the start.",
      (set) => {
        for (const [result, count] of Object.entries(responses.counts)) set({ result }, count);
      },
      ["result"],
    );
    const labelNames = ["channel", "group"] as const;
    const lag = new Gauge({
      name: "channel_lag_messages",
      help: "Not handled yet.",
      labelNames,
      registers,
    });
    const dead = new Gauge({
      name: "channel_dead_letters",
      help: "Given up.",
      labelNames,
      registers,
    });
    this.#beforeScrape = async () => {
      for (const { channel, group, lag: behind, deadLetters } of await channels()) {
        lag.set({ channel, group }, behind);
        dead.set({ channel, group }, deadLetters);
      }
    };
  }

  /** The text that Prometheus reads. */
  async text(): Promise<string> {
    await this.#beforeScrape();
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  #beforeScrape: () => Promise<void> = async () => {};

  #gauge(
    name: string,
    help: string,
    read: (set: (labels: Record<string, string>, value: number) => void) => void,
    labelNames: string[],
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        read((labels, value) => this.set(labels, value));
      },
    });
  }
}
