/** One thing that the doctor looked at. */
export interface Check {
  name: string;
  status: "ok" | "warn" | "fail";
  detail: string;
  /** What to do; null where all is well. */
  next: string | null;
}

export const ok = (name: string, detail: string): Check => ({
  name,
  status: "ok",
  detail,
  next: null,
});
export const warn = (name: string, detail: string, next: string): Check => ({
  name,
  status: "warn",
  detail,
  next,
});
export const fail = (name: string, detail: string, next: string): Check => ({
  name,
  status: "fail",
  detail,
  next,
});
