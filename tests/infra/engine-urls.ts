/** The URL of an engine that a test needs: missing, it says what to set. */
export function urlOf(name: string, what: string): URL {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: start ${what} and name it there.`);
  return new URL(url);
}
