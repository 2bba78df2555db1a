/**
 * A handler's failure in a form that can be stored and read later by a person: whatever was
 * thrown, an Error or not, becomes a note of limited length.
 */
export interface Failure {
  readonly name: string;
  /** The type of a problem, if the error has one. */
  readonly type?: string;
  readonly message: string;
  readonly stack?: string;
}

const maxMessage = 2_000;
const maxStack = 8_000;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

const words = (thrown: unknown): string => {
  if (typeof thrown === "object" && thrown !== null) {
    return text(Reflect.get(thrown, "message")) ?? JSON.stringify(thrown) ?? "";
  }
  return String(thrown);
};

const noted = (thrown: unknown): Failure => {
  const about = typeof thrown === "object" && thrown !== null ? thrown : {};
  const type = text(Reflect.get(about, "type"));
  const stack = text(Reflect.get(about, "stack"))?.slice(0, maxStack);

  return {
    name: text(Reflect.get(about, "name")) ?? `thrown ${typeof thrown}`,
    ...(type === undefined ? {} : { type }),
    message: words(thrown).slice(0, maxMessage),
    ...(stack === undefined ? {} : { stack }),
  };
};

/** Describes anything that a handler may throw; never throws itself. */
export const describeFailure = (thrown: unknown): Failure => {
  try {
    return noted(thrown);
  } catch {
    return { name: `thrown ${typeof thrown}`, message: "It cannot be described." };
  }
};

/** True if the handler said that trying again cannot help (`permanent: true` on what it threw). */
export const isPermanent = (thrown: unknown): boolean => {
  try {
    return (
      typeof thrown === "object" && thrown !== null && Reflect.get(thrown, "permanent") === true
    );
  } catch {
    return false;
  }
};

/** What is noted of a message that was being handled when the process ended. */
export const interrupted: Failure = {
  name: "Interrupted",
  message: "The process ended while the message was handled.",
};
