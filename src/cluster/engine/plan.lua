-- Changes the plan, if the machine still holds the job of the planner.
--
-- KEYS[1] plan: version by id of batch; KEYS[2] revision; KEYS[3] lock of the planner's job; KEYS[4] beginning of the keys of
-- definitions; KEYS[5] set of the batches that leave, for a planner that has to go on with this change, and so are their definitions
-- ARGV[1] token; ARGV[2] new revision, '' while there are more changes to come, '1:all:' and more after the last; ARGV[3] number of batches
-- that are removed; their ids; then for each batch that is new: its id, version and definition
-- Returns 1, or 0 when it was refused.
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
local removed = tonumber(ARGV[3])
for at = 4, 3 + removed do
  redis.call('HDEL', KEYS[1], ARGV[at])
  redis.call('SADD', KEYS[5], ARGV[at])
end
for at = 4 + removed, #ARGV, 3 do
  redis.call('SET', KEYS[4] .. ARGV[at], ARGV[at + 2])
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
end
if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2]) end
if string.match(ARGV[2], '^%d+:all:') then
  for _, batch in ipairs(redis.call('SMEMBERS', KEYS[5])) do
    if redis.call('HEXISTS', KEYS[1], batch) == 0 then redis.call('DEL', KEYS[4] .. batch) end
  end
  redis.call('DEL', KEYS[5])
end
return 1
