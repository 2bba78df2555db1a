/**
 * The line to an S3 server: how long it may take and how often it is tried. What goes over it again
 * is in memory or is no body at all, so trying again reads nothing twice. A server that hangs is one
 * that is away.
 */
import { S3Client } from "@aws-sdk/client-s3";
import { type Bucket, isOutage, s3Error, tooSlow } from "./s3-errors.ts";

/** Plain data, from which a thread opens the same bucket. */
export interface S3Settings extends Bucket {
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Where those reach it who are given addresses, when that is elsewhere. */
  readonly publicEndpoint?: string | undefined;
  /** Stands before every name; the house has what is behind it for itself. */
  readonly prefix?: string;
  /** In which a short request is answered, and between two pieces of a body; milliseconds. */
  readonly patienceMs?: number;
  /** Bodies larger than this go in parts of it; 5 MiB at least. */
  readonly partBytes?: number;
  /** Larger ones are copied in parts of this. */
  readonly copyBytes?: number;
}

/** Leaves alone whoever failed too often. */
export type Guard = <T>(task: () => Promise<T>) => Promise<T>;

type Send<T> = (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<T>;

const patience = 8_000;
/** The slowest line on which a body still arrives, bytes a millisecond. */
const slowest = 256;
const connectMs = 2_000;
const sockets = { maxSockets: 200, keepAlive: true };

/** Only the one provider has names of buckets in its host names. */
const isPathStyle = (endpoint: string): boolean =>
  !/\.amazonaws\.com$/.test(new URL(endpoint).host);

function clientOf(settings: S3Settings, endpoint: string, idleMs: number, maxAttempts: number) {
  const { region, accessKey, secretKey } = settings;
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: isPathStyle(endpoint),
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts,
    // Not all compatible servers know the newer checksums; every one checks the signed SHA-256.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: connectMs,
      socketTimeout: idleMs,
      httpAgent: sockets,
      httpsAgent: sockets,
    },
  });
}

export class S3Line {
  readonly at: Bucket;
  readonly patienceMs: number;
  /** For parts of a body, which may take long as long as they move. */
  readonly bulk: S3Client;
  /** For addresses that are given out. */
  readonly signer: S3Client;
  readonly #quick: S3Client;
  readonly #guard: Guard;

  constructor(settings: S3Settings, guard: Guard = (task) => task()) {
    const { endpoint, bucket, publicEndpoint, patienceMs = patience } = settings;
    this.at = { endpoint, bucket };
    this.patienceMs = patienceMs;
    this.#guard = guard;
    // Who reads slowly is no server that hangs: the time of a short request is taken here.
    this.#quick = clientOf(settings, endpoint, 0, 3);
    this.bulk = clientOf(settings, endpoint, 2 * patienceMs, 2);
    this.signer = publicEndpoint ? clientOf(settings, publicEndpoint, 0, 1) : this.#quick;
  }

  /**
   * One short request, until the head of its answer.
   *
   * @param about the key that is asked for, and the bytes that are sent
   * @throws ObjectStoreError
   */
  async ask<T>(send: Send<T>, about: { key?: string; bytes?: number } = {}): Promise<T> {
    let refusal: Error | undefined;
    const answer = await this.#guard(async () => {
      try {
        return await this.#inTime(send, about.bytes ?? 0);
      } catch (cause) {
        const error = s3Error(this.at, cause, about.key);
        if (isOutage(error)) throw error;
        refusal = error;
        return undefined;
      }
    });
    if (refusal) throw refusal;
    return answer as T;
  }

  close(): void {
    for (const client of new Set([this.#quick, this.bulk, this.signer])) client.destroy();
  }

  async #inTime<T>(send: Send<T>, bytes: number): Promise<T> {
    const late = new AbortController();
    const ms = this.patienceMs + bytes / slowest;
    const timer = setTimeout(() => late.abort(), ms);
    try {
      return await send(this.#quick, { abortSignal: late.signal });
    } catch (error) {
      throw late.signal.aborted ? tooSlow(this.at, ms) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
