-- with: stock
-- Takes a sale back that the ledger refused: sold -> free. A hold that has moved on since is left alone.
--
-- KEYS 3  the hold
-- ARGV 4  its name in the sorted set
--      5  number of the movement that was refused
--
-- Returns {'EPOCH'} | {'DONE', writes} | {'ALREADY', 0}
if fenced() then return {'EPOCH'} end
local state, held, user, moved = unpack(redis.call('HMGET', KEYS[3], 'state', 'lines', 'user', 'moved'))
if state ~= 'sold' or moved ~= ARGV[5] then return {'ALREADY', 0} end
count(user, parse(held), 0, -1)
local number = move('is', 'released', 'hold', ARGV[4], 'lines', held)
redis.call('HSET', KEYS[3], 'state', 'released', 'moved', number)
return {'DONE', written()}
