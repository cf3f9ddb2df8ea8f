-- Gives a key back whose request ended in an answer that is not replayed. An answer that is stored stays. Whose claim it is is not asked: a request that
-- ends after its claim has lapsed gives back the claim of its successor too, and a third may then run beside that one. What they do has keys of its own.
--
-- KEYS 1  the record {idem:<hash>}
-- ARGV    none
--
-- Returns 1 when a claim was given back, else 0
if redis.call('HEXISTS', KEYS[1], 'answer') == 1 then return 0 end
return redis.call('DEL', KEYS[1])
