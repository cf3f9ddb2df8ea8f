-- with: stock
-- Sets when the sweep looks at a hold.
--
-- KEYS 3  the hold
-- ARGV 4  its name in the sorted set
--      5  when, in microseconds since 1970
--
-- Returns {'EPOCH'} | {'KEPT', writes}: held or sold | {'NONE', 0}
if fenced() then return {'EPOCH'} end
local state = redis.call('HGET', KEYS[3], 'state')
if not state or state == 'released' then return {'NONE', 0} end
if state == 'held' then
  redis.call('HSET', KEYS[3], 'due', ARGV[5])
  redis.call('ZADD', SPACE .. 'due', ARGV[5], ARGV[4])
end
return {'KEPT', written()}
