/** What must happen to several keys of Redis at once, in Lua; the keys are those of keys.ts. */
/**
 * Stream, ids; id, milliseconds kept, key, notBefore, headers, body. The age of a message is told
 * by Redis' own clock, which made its place: a node whose clock is wrong drops nothing.
 *
 * @returns 0 if the id was there
 */
export const sendScript = `
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if redis.call("ZADD", KEYS[2], "NX", now, ARGV[1]) == 0 then return 0 end
  local oldest = string.format("%.0f", math.max(0, now - ARGV[2]))
  redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", "(" .. oldest)
  redis.call("XADD", KEYS[1], "MINID", "~", oldest, "*", "only", "", "key", ARGV[3],
    "notBefore", ARGV[4], "headers", ARGV[5], "body", ARGV[6])
  return 1`;

/** Stream; milliseconds kept, by the clock of Redis. @returns how many went */
export const trimScript = `
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local oldest = string.format("%.0f", math.max(0, now - ARGV[1]))
  return redis.call("XTRIM", KEYS[1], "MINID", oldest)`;

/** Stream; group, consumer, places: those that are still its own are fresh. @returns the others */
export const renewScript = `
  local lost = {}
  for at = 3, #ARGV do
    local id = ARGV[at]
    if #redis.call("XPENDING", KEYS[1], ARGV[1], id, id, 1, ARGV[2]) > 0 then
      redis.call("XCLAIM", KEYS[1], ARGV[1], ARGV[2], 0, id, "JUSTID")
    elseif #redis.call("XRANGE", KEYS[1], id, id) > 0 then
      lost[#lost + 1] = id
    end
  end
  return lost`;

/** Stream; group, consumer, milliseconds idle, tries, places: as far as they are still its own. */
export const leaveScript = `
  for at = 5, #ARGV do
    local id = ARGV[at]
    if #redis.call("XPENDING", KEYS[1], ARGV[1], id, id, 1, ARGV[2]) > 0 then
      redis.call("XCLAIM", KEYS[1], ARGV[1], ARGV[2], 0, id,
        "IDLE", ARGV[3], "RETRYCOUNT", ARGV[4], "JUSTID")
    end
  end`;

/** Stream; group, consumer. With it would go what is noted as its own. */
export const forgetScript = `
  if #redis.call("XPENDING", KEYS[1], ARGV[1], "-", "+", 1, ARGV[2]) > 0 then return 0 end
  return redis.call("XGROUP", "DELCONSUMER", KEYS[1], ARGV[1], ARGV[2])`;

/** Stream, tries; group, consumer, place, tries. @returns 0 if another consumer has it, or had */
export const retryScript = `
  local id = ARGV[3]
  if #redis.call("XPENDING", KEYS[1], ARGV[1], id, id, 1, ARGV[2]) == 0
    and #redis.call("XRANGE", KEYS[1], id, id) > 0 then return 0 end
  redis.call("HSET", KEYS[2], id, ARGV[4])
  return 1`;

/** Stream, tries, order, letters; group, place, letter's id, letter. Nothing if it is not pending. */
export const buryScript = `
  if redis.call("XACK", KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
  redis.call("HDEL", KEYS[2], ARGV[2])
  redis.call("ZADD", KEYS[3], 0, ARGV[3])
  redis.call("HSET", KEYS[4], ARGV[3], ARGV[4])
  return 1`;

/** Stream, order, letters; group, letter's id, key, headers, body. @returns 0 if it is not there */
export const redriveScript = `
  if redis.call("ZREM", KEYS[2], ARGV[2]) == 0 then return 0 end
  redis.call("HDEL", KEYS[3], ARGV[2])
  redis.call("XADD", KEYS[1], "*", "only", ARGV[1], "key", ARGV[3], "notBefore", 0,
    "headers", ARGV[4], "body", ARGV[5])
  return 1`;

/** Order, letters; the first id that is kept. @returns how many went */
export const expireScript = `
  local old = redis.call("ZRANGEBYLEX", KEYS[1], "-", "(" .. ARGV[1], "LIMIT", 0, 500)
  for _, id in ipairs(old) do
    redis.call("HDEL", KEYS[2], id)
    redis.call("ZREM", KEYS[1], id)
  end
  return #old`;

/** Lease; holder, milliseconds. @returns 1 if the holder has it now */
export const leaseScript = `
  if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
  if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;

export const releaseScript = `
  if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end
  return 0`;
