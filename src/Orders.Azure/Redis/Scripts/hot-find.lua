-- Looks for an order's answer, or gives a ticket under which one may be kept.
--
-- KEYS 1  the answer {hot:<order>}: fields ticket, and while there is an answer user, version, until, body
--      2  those who are writing the order {hot:<order>}:writers
-- ARGV 1  now, in microseconds since 1970
--      2  a new ticket: drawn by the caller, the same in all tries of one call
--      3  for how long Redis keeps a ticket, in milliseconds
--
-- Returns {'KEPT', user, version, body} | {'WRITTEN'}: somebody is writing it, nothing can be kept | {'TICKET', ticket}
if redis.call('EXISTS', KEYS[2]) == 1 then return {'WRITTEN'} end
local ticket, user, version, good, body = unpack(redis.call('HMGET', KEYS[1], 'ticket', 'user', 'version', 'until', 'body'))
if body and tonumber(ARGV[1]) < tonumber(good) then return {'KEPT', user, version, body} end
if ticket then return {'TICKET', ticket} end
redis.call('HSET', KEYS[1], 'ticket', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'TICKET', ARGV[2]}
