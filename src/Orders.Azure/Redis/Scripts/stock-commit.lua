-- with: stock
-- Held -> sold. What is not held, or held for other lines, is taken from what is free, if that suffices. The ledger has the last word on it.
--
-- KEYS 3  the hold
-- ARGV 4  its name in the sorted set
--      5  the buyer
--      6  the order's lines, each SKU once, in order
--      7  '1' when the ledger was asked about a hold without a record: it is not sold
--
-- Returns {'EPOCH'} | {'ASK'}: there is no record, ask the ledger first | {'DONE', writes, movement, movements that wait} | {'ALREADY', 0, movement}
--         | {'NONE', 0}: the units are gone, nothing changed
if fenced() then return {'EPOCH'} end
local state, generation, held, moved = unpack(redis.call('HMGET', KEYS[3], 'state', 'gen', 'lines', 'moved'))
if state == 'sold' then return {'ALREADY', 0, moved} end
if not state and ARGV[7] ~= '1' then return {'ASK'} end
local lines = parse(ARGV[6])
local own = state == 'held' and parse(held) or {}
if state ~= 'held' or held ~= ARGV[6] then
  local mine = {}
  for _, line in ipairs(own) do mine[line[1]] = line[2] end
  for _, line in ipairs(lines) do
    local l = level(line[1])
    if not l or l.stock + l.backorder - l.held - l.sold + (mine[line[1]] or 0) < line[2] then return {'NONE', 0} end
  end
end
count(ARGV[5], own, -1, 0)
count(ARGV[5], lines, 0, 1)
local number = move('is', 'sold', 'hold', ARGV[4], 'lines', ARGV[6])
redis.call('HSET', KEYS[3], 'state', 'sold', 'gen', generation or '1', 'lines', ARGV[6], 'user', ARGV[5], 'moved', number)
redis.call('HDEL', KEYS[3], 'due')
redis.call('PEXPIRE', KEYS[3], KEPT)
redis.call('ZREM', SPACE .. 'due', ARGV[4])
return {'DONE', written(), number, redis.call('XLEN', SPACE .. 'movements')}
