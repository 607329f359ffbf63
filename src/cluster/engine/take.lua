-- What is known of a batch that BullMQ has just lent to a machine, and marks it as being with that machine.
--
-- KEYS[1] plan; KEYS[2] hash of facts of the batch; KEYS[3] lock of its job
-- ARGV[1] id of the batch; ARGV[2] token; ARGV[3] name of the machine
-- Returns the version of the batch ('' when the plan does not have it), who had it ('' when it was handed back, '?' when nobody knows) and
-- the facts, key and record in turns. Nil when the machine does not hold the batch any more.
if redis.call('GET', KEYS[3]) ~= ARGV[2] then return nil end
local version = redis.call('HGET', KEYS[1], ARGV[1])
if not version then return { '', '?', {} } end
local holder = redis.call('HGET', KEYS[2], '#')
local facts = redis.call('HGETALL', KEYS[2])
redis.call('HSET', KEYS[2], '#', ARGV[3])
return { version, holder or '?', facts }
