/** What can go wrong between a sender and the log; what goes wrong in a handler is a failure.ts. */
export type ChannelErrorCode =
  | "INVALID_MESSAGE"
  | "MESSAGE_TOO_LARGE"
  | "CHANNELS_CLOSED"
  | "LOG_UNAVAILABLE"
  | "LOG_TOO_NEW"
  | "GROUP_IN_USE";

/** An error of the channels: `code` is for programs, the message says what to do next. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
  readonly code: ChannelErrorCode;

  constructor(code: ChannelErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The log's file cannot be read or written: says which and, as far as can be seen, why. */
export const logUnavailable = (path: string, cause: unknown): ChannelError => {
  if (cause instanceof ChannelError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);

  return new ChannelError(
    "LOG_UNAVAILABLE",
    `The channels' log ${path} cannot be used: ${why}. ` +
      "Nothing was taken that is not stored. Check that its folder exists, may be written and " +
      "has free space, then send again.",
    cause,
  );
};
