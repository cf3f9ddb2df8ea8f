-- with: stock
-- Held -> free. When the order ended unpaid its buyer gets a mark for every SKU whose rules ask for it.
--
-- KEYS 3  the hold
-- ARGV 4  its name in the sorted set
--      5  only of this generation; '' for any
--      6  when the order ended unpaid, in microseconds since 1970; '' when it ended otherwise
--      7  the order
--      8  how long Redis keeps the marks, in milliseconds
--
-- Returns {'EPOCH'} | {'DONE', writes} | {'ALREADY', 0} | {'NONE', 0} | {'REFUSED', 0}: sold, or of another generation
if fenced() then return {'EPOCH'} end
local state, generation, held, user = unpack(redis.call('HMGET', KEYS[3], 'state', 'gen', 'lines', 'user'))
if not state then return {'NONE', 0} end
if state == 'released' then return {'ALREADY', 0} end
if state ~= 'held' or (ARGV[5] ~= '' and ARGV[5] ~= generation) then return {'REFUSED', 0} end
local lines = parse(held)
count(user, lines, -1, 0)
if ARGV[6] ~= '' then
  for _, line in ipairs(lines) do
    local l = level(line[1])
    if l.unpaid then
      local marks = SPACE .. 'unpaid:' .. line[1] .. ':' .. user
      redis.call('ZADD', marks, 'NX', ARGV[6], ARGV[7])
      redis.call('ZREMRANGEBYRANK', marks, 0, -1 - l.unpaid)
      redis.call('PEXPIRE', marks, ARGV[8])
    end
  end
end
local number = move('is', 'released', 'hold', ARGV[4], 'lines', held)
redis.call('HSET', KEYS[3], 'state', 'released', 'moved', number)
redis.call('HDEL', KEYS[3], 'due')
redis.call('PEXPIRE', KEYS[3], KEPT)
redis.call('ZREM', SPACE .. 'due', ARGV[4])
return {'DONE', written()}
