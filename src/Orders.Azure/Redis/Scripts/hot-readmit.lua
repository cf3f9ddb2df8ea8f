-- A writer is done. A ticket that was given before is taken away once more: by then the writers may have been forgotten.
--
-- KEYS 1  the answer {hot:<order>}
--      2  those who are writing the order {hot:<order>}:writers
-- ARGV 1  the writer
--
-- Returns 1
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
return 1
