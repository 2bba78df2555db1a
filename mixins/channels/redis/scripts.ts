/** What must happen to several keys of Redis at once, in Lua; the keys are those of keys.ts. */
/** Stream, ids; id, now, oldest, key, notBefore, headers, body. @returns 0 if the id was there */
export const sendScript = `
  if redis.call("ZADD", KEYS[2], "NX", ARGV[2], ARGV[1]) == 0 then return 0 end
  redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", "(" .. ARGV[3])
  redis.call("XADD", KEYS[1], "MINID", "~", ARGV[3], "*", "only", "", "key", ARGV[4],
    "notBefore", ARGV[5], "headers", ARGV[6], "body", ARGV[7])
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
