-- with: stock
-- Puts a hold into an epoch that is not published yet: record, counters and mark. A hold that is there already is left as it is. It asks neither stock
-- nor cap: it was promised before.
--
-- KEYS 3  the hold
-- ARGV 4  its name in the sorted set
--      5  the buyer
--      6  its lines
--      7  when the sweep looks at it, in microseconds since 1970
--      8  '1' when the ledger does not know it: it is written down for it
--
-- Returns 1 when it was put there, else 0
if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
local lines = parse(ARGV[6])
for _, line in ipairs(lines) do
  local key = SPACE .. 'sku:' .. line[1]
  if redis.call('EXISTS', key) == 0 then redis.call('HSET', key, 'stock', '0', 'held', '0', 'sold', '0', 'backorder', '0', 'v', '0') end
end
count(ARGV[5], lines, 1, 0)
redis.call('HSET', KEYS[3], 'state', 'held', 'gen', text(tonumber(ARGV[1]) * 1000000000), 'due', ARGV[7], 'lines', ARGV[6], 'user', ARGV[5])
if ARGV[8] == '1' then redis.call('HSET', KEYS[3], 'moved', move('is', 'held', 'hold', ARGV[4], 'lines', ARGV[6])) end
redis.call('ZADD', SPACE .. 'due', ARGV[7], ARGV[4])
return 1
