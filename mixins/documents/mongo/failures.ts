/** What MongoDB's driver throws, as the house calls it. */
import { mongo } from "mongoose";
import type { Problem } from "../../../services/shared/problem.ts";
import { EngineAway, WriteFailed } from "../failures.ts";

/** The driver's errors for a server that is not there, not in time, or not any more. */
const away = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoOperationTimeoutError,
];
/** Names that the driver does not export, and Mongoose's own. */
const awayNames =
  /^(MongoWaitQueueTimeoutError|MongoPoolClearedError|MongooseServerSelectionError)$/;
/**
 * The server's codes for: unreachable, timed out, stepping down, shutting down, no primary, write
 * concern not met in time (mongodb/mongo, src/mongo/base/error_codes.yml).
 */
const awayCodes = new Set([
  ...[6, 7, 50, 64, 89, 91, 133, 189, 202, 262, 317],
  ...[9001, 10107, 11600, 11602, 13388, 13435, 13436],
]);
const duplicate = 11_000;
/** OutOfDiskSpace, and what WiredTiger says of a disk that fails. */
const diskCodes = new Set([14031, 28]);

const codeOf = (error: unknown): unknown =>
  error instanceof mongo.MongoServerError ? error.code : undefined;

export const isDuplicate = (error: unknown): boolean => codeOf(error) === duplicate;

/** A bulk write's error may be the envelope of the connection's. */
const inside = (error: Error): unknown => {
  const enclosed: unknown = Reflect.get(error, "errorResponse");
  return enclosed instanceof Error ? enclosed : undefined;
};

/** Whether the server is away, rather than of another mind. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  (isAway(inside(error)) ||
    away.some((kind) => error instanceof kind) ||
    awayNames.test(error.name) ||
    awayCodes.has(codeOf(error) as number));

/** The problem that an error is, or the error itself where nobody expects it. */
export function asProblem(error: unknown): Problem | unknown {
  if (isAway(error)) {
    return Object.assign(EngineAway({ engine: "MongoDB" }), { cause: error });
  }
  if (diskCodes.has(codeOf(error) as number)) {
    return WriteFailed({ reason: (error as Error).message });
  }
  return error;
}
