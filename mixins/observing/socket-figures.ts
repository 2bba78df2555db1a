/** What is counted of the sockets of a node's doors, by the conventions of Prometheus. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { SocketSeen, SocketsObserver } from "../sockets/house.ts";

const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

export class SocketFigures {
  readonly #open: Gauge<"door">;
  readonly #refused: Counter<"door" | "reason">;
  readonly #ended: Counter<"door" | "reason">;
  readonly #asked: Histogram<"door" | "action" | "status">;
  /** Counted here, and told when somebody asks: a broadcast is a message for each who hears it. */
  readonly #passed = new Map<string, { in: number; out: number }>();

  constructor(registry: Registry) {
    const registers = [registry];
    const named = { labelNames: ["door", "reason"] as const, registers };
    this.#open = new Gauge({
      ...{ name: "socket_connections", help: "Open sockets.", labelNames: ["door"], registers },
    });
    this.#refused = new Counter({
      ...{ name: "socket_refused_total", help: "Sockets that were not let in.", ...named },
    });
    this.#ended = new Counter({
      ...{ name: "socket_ended_total", help: "Sockets that ended, and why.", ...named },
    });
    this.#asked = new Histogram({
      ...{ name: "socket_request_duration_seconds", help: "Time to answer over a socket." },
      ...{ labelNames: ["door", "action", "status"], buckets, registers },
    });
    const passed = this.#passed;
    new Counter({
      ...{ name: "socket_messages_total", help: "Messages over sockets.", registers },
      labelNames: ["door", "direction"],
      collect() {
        this.reset();
        for (const [door, counts] of passed) {
          this.inc({ door, direction: "in" }, counts.in);
          this.inc({ door, direction: "out" }, counts.out);
        }
      },
    });
  }

  /** The observer of a door's sockets. */
  of(door: string): SocketsObserver {
    const counts = { in: 0, out: 0 };
    this.#passed.set(door, counts);
    this.#open.set({ door }, 0);
    return {
      passed: (direction) => {
        counts[direction]++;
      },
      seen: (one) => this.#seen(door, one),
    };
  }

  #seen(door: string, { event, action = "none", status, seconds, reason = "" }: SocketSeen): void {
    if (event === "opened") this.#open.inc({ door });
    if (event === "ended") this.#open.dec({ door });
    if (event === "ended") this.#ended.inc({ door, reason });
    if (event === "refused") this.#refused.inc({ door, reason });
    if (event === "asked") this.#asked.observe({ door, action, status }, seconds);
  }
}
