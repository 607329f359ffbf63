-- Changes the state of alerts, if the machine still holds the job of telling people.
--
-- KEYS[1] hash of the state; KEYS[2] lock of the job
-- ARGV[1] token; ARGV[2] which run of headcount it is; ARGV[3] number of this change; ARGV[4] number of fields that are removed; their
-- names; then for each field that is set: its name and text
-- Returns 1, or 0 when it was refused.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local removed = tonumber(ARGV[4])
for at = 5, 4 + removed do redis.call('HDEL', KEYS[1], ARGV[at]) end
for at = 5 + removed, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('HSET', KEYS[1], '#run', ARGV[2], '#change', ARGV[3])
return 1
