-- with: stock
-- Holds all lines or none: deduction, reservation record and the buyer's mark in one call. A repetition holds nothing more.
--
-- KEYS 3  the hold
-- ARGV 4  name of the hold in the sorted set: <order>:<n in 10 digits>:<user>
--      5  the buyer
--      6  the lines, each SKU once, in order: 'sku:units sku:units'
--      7  when the sweep looks at it, in microseconds since 1970
--      8  '1' when the buyer's cap is asked
--      9  since when unpaid orders count, in microseconds since 1970
--
-- Returns {'EPOCH'} | {'BEHIND'} | {'HELD', writes, window} | {'SOLD', 0} | {'OTHER', 0} | {'OUT', 0, sku, units to be had}
--         | {'CAP', 0, sku, cap}
if fenced() then return {'EPOCH'} end
local state, generation, due, held = unpack(redis.call('HMGET', KEYS[3], 'state', 'gen', 'due', 'lines'))
if state == 'sold' then return {'SOLD', 0} end
local lines = parse(ARGV[6])
if state == 'held' then
  if held ~= ARGV[6] then return {'OTHER', 0} end
  if tonumber(due) < tonumber(ARGV[7]) then due = ARGV[7] end
  redis.call('HSET', KEYS[3], 'gen', text(tonumber(generation) + 1), 'due', due)
  redis.call('ZADD', SPACE .. 'due', due, ARGV[4])
  return {'HELD', written(), window(ARGV[5], lines, ARGV[9])}
end
if redis.call('XLEN', SPACE .. 'movements') >= MOST_WAITING then return {'BEHIND'} end
for _, line in ipairs(lines) do
  local sku, units = line[1], line[2]
  local l = level(sku)
  local free = l and l.stock + l.backorder - l.held - l.sold or 0
  if not l or free < units then return {'OUT', 0, sku, text(free)} end
  if l.cap and ARGV[8] == '1' and tonumber(redis.call('HGET', SPACE .. 'user:' .. ARGV[5], sku) or '0') + units > l.cap then
    return {'CAP', 0, sku, text(l.cap)}
  end
end
count(ARGV[5], lines, 1, 0)
local number = move('is', 'held', 'hold', ARGV[4], 'lines', ARGV[6])
redis.call('HSET', KEYS[3], 'state', 'held', 'gen', text(tonumber(generation or '0') + 1), 'due', ARGV[7], 'lines', ARGV[6], 'user', ARGV[5], 'moved', number)
redis.call('PERSIST', KEYS[3])
redis.call('ZADD', SPACE .. 'due', ARGV[7], ARGV[4])
return {'HELD', written(), window(ARGV[5], lines, ARGV[9])}
