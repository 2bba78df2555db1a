/**
 * Lines of anchors: where chains ended at a time. Each writer (one run of a node) has a chain of its
 * own of them, by MACs: without the key nobody makes a line, and none is taken out between two
 * others unnoticed. That a writer's last ones are cut off is told by others: the first line of each
 * run names the lines that nobody had named before. Pure.
 */
import { createHmac, hash } from "node:crypto";
import { canonical, type Head } from "../chain.ts";

export interface Line {
  /** These four are absent in the file of older houses, whose lines follow each other. */
  writer?: string;
  /** From 1, for each writer. */
  number?: number;
  /** The MAC of the writer's line before; "" for the first. */
  before?: string;
  /** Tells which key the MAC is of, and says nothing of it. */
  key?: string;
  at: string;
  /** The ends that moved since the line before, by chain. */
  heads: Record<string, Head>;
  /** Last lines of other writers, by their numbers. */
  after?: Record<string, number>;
  mac: string;
}

/** 48 bits of a fingerprint of the key. */
export const keyMark = (key: string): string =>
  hash("sha256", `bijou anchors\n${key}`, "base64url").slice(0, 8);

/** @param before of a line that does not say it itself */
function macOf(line: Omit<Line, "mac">, before: string, key: string): string {
  const content = { ...line, before: undefined, mac: undefined };
  const mac = createHmac("sha256", key).update(`${line.before ?? before}\n${canonical(content)}`);
  return mac.digest("base64url");
}

/** Whether the MAC is that of the line. @param before of a line that does not say it itself */
export function holds(line: Line, before: string, key: string): boolean {
  try {
    return macOf(line, before, key) === line.mac;
  } catch {
    // Nested without an end.
    return false;
  }
}

/** The line with its MAC. */
export const sealed = (line: Omit<Line, "mac" | "key">, key: string): Line => {
  const marked = { ...line, key: keyMark(key) };
  return { ...marked, mac: macOf(marked, "", key) };
};

/** What cannot be read is a line whose MAC does not hold. */
export function parsed(text: string): Line {
  const none = { at: "", heads: {}, mac: "" };
  try {
    const line: unknown = JSON.parse(text);
    return { ...none, ...(typeof line === "object" ? line : {}) };
  } catch {
    return none;
  }
}
