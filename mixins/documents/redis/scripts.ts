/**
 * The writes of a collection as scripts, each one atomic step: the version fence, the unique texts and
 * all indexes change together or not at all. All keys of a collection share a hash tag, so that they
 * are on one node of a cluster; KEYS[1] is what their names begin with.
 *
 *   d:<id>   hash: v version, d document, x its entries, o:<n>:<message> its outbox
 *   u        hash: unique text -> id          e:<field=value>  set of ids
 *   s:<field> sorted set of members           p                ids by time of the first message
 */
import type { Client } from "../../redis/client.ts";

/**
 * Per document six arguments: id, version it must be at (empty: none), version it gets (empty: it
 * goes), document, entries, outbox (empty, or [time, [[field, message], …]]).
 * Answers done, or what stands in the way and of whom.
 */
const write = `
local p = KEYS[1]
local docs = {}
for i = 1, #ARGV, 6 do
  local doc = { id = ARGV[i], version = ARGV[i + 2], body = ARGV[i + 3], x = ARGV[i + 4] }
  doc.key = p .. 'd:' .. doc.id
  local now = redis.call('HGET', doc.key, 'v')
  if ARGV[i + 1] == '' then
    if now then return { 'id', doc.id } end
  elseif now ~= ARGV[i + 1] then
    return { 'version', doc.id }
  end
  if doc.version ~= '' then
    doc.entries = cjson.decode(doc.x)
    if ARGV[i + 5] ~= '' then doc.outbox = cjson.decode(ARGV[i + 5]) end
    for _, unique in ipairs(doc.entries.u) do
      local holder = redis.call('HGET', p .. 'u', unique)
      if holder and holder ~= doc.id then return { 'taken', unique } end
    end
  end
  docs[#docs + 1] = doc
end
for _, doc in ipairs(docs) do
  local before = redis.call('HGET', doc.key, 'x')
  if before then
    local old = cjson.decode(before)
    for _, unique in ipairs(old.u) do redis.call('HDEL', p .. 'u', unique) end
    for _, set in ipairs(old.e) do redis.call('SREM', p .. 'e:' .. set, doc.id) end
    for _, s in ipairs(old.s) do redis.call('ZREM', p .. 's:' .. s[1], s[2]) end
    redis.call('ZREM', p .. 'p', doc.id)
    redis.call('DEL', doc.key)
  end
  if doc.version ~= '' then
    redis.call('HSET', doc.key, 'v', doc.version, 'd', doc.body, 'x', doc.x)
    for _, unique in ipairs(doc.entries.u) do redis.call('HSET', p .. 'u', unique, doc.id) end
    for _, set in ipairs(doc.entries.e) do redis.call('SADD', p .. 'e:' .. set, doc.id) end
    for _, s in ipairs(doc.entries.s) do redis.call('ZADD', p .. 's:' .. s[1], 0, s[2]) end
    if doc.outbox then
      redis.call('ZADD', p .. 'p', doc.outbox[1], doc.id)
      for _, o in ipairs(doc.outbox[2]) do redis.call('HSET', doc.key, o[1], o[2]) end
    end
  end
end
return { 'done' }`;

/** Per document its id and, as one JSON, the ids of the messages that go. */
const clear = `
local p = KEYS[1]
for i = 1, #ARGV, 2 do
  local key = p .. 'd:' .. ARGV[i]
  local sent = {}
  for _, id in ipairs(cjson.decode(ARGV[i + 1])) do sent[id] = true end
  local left = 0
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 2) == 'o:' then
      if sent[string.sub(field, 9)] then redis.call('HDEL', key, field) else left = left + 1 end
    end
  end
  if left == 0 then redis.call('ZREM', p .. 'p', ARGV[i]) end
end
return 'OK'`;

export interface Scripts {
  /** @returns `done`, or `id`, `version` or `taken` and of whom */
  write(prefix: string, args: readonly string[]): Promise<[string, string?]>;
  clear(prefix: string, args: readonly string[]): Promise<unknown>;
}

/** `o:00000:` and the message's id: in the order in which they were written. */
export const outboxField = (n: number, id: string): string => `o:${`${n}`.padStart(5, "0")}:${id}`;

type Defined = Record<string, (prefix: string, ...args: string[]) => Promise<unknown>>;

export function scriptsOf(client: Client): Scripts {
  client.defineCommand("documentsWrite", { lua: write, numberOfKeys: 1 });
  client.defineCommand("documentsClear", { lua: clear, numberOfKeys: 1 });
  const defined = client as unknown as Defined;
  const run = (name: string, prefix: string, args: readonly string[]) =>
    Promise.resolve(defined[name]?.(prefix, ...args));
  return {
    write: (prefix, args) => run("documentsWrite", prefix, args) as Promise<[string, string?]>,
    clear: (prefix, args) => run("documentsClear", prefix, args),
  };
}
