/** Where doors and nodes listen: a preset port gives way to the same one that somebody asked for. */
import { env } from "./env.ts";
import { presetPorts } from "./environment-doors.ts";

type Name = "public" | "admin" | keyof typeof presetPorts;

export interface Port {
  port: number;
  /** Whether another free one will do where it is taken. */
  yields: boolean;
}

const presetOf = (name: string): number | undefined =>
  (presetPorts as Record<string, number>)[name];

/** Pure. */
export function portsOf<N extends string>(asked: Record<N, number>): Record<N, Port> {
  const all = Object.entries(asked) as [N, number][];
  const taken = all.filter(([name, port]) => port !== presetOf(name)).map(([, port]) => port);
  const chosen = all.map(([name, port]) => {
    const yields = port === presetOf(name);
    return [name, { port: yields && taken.includes(port) ? 0 : port, yields }];
  });
  return Object.fromEntries(chosen);
}

const { gateway, doors } = env;

export const ports: Record<Name, Port> = portsOf({
  public: gateway.PUBLIC_PORT,
  seller: doors.SELLER_PORT,
  logistics: doors.LOGISTICS_PORT,
  admin: gateway.ADMIN_PORT,
  node: doors.NODE_PORT,
});
