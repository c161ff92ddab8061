-- Prosody's own way to another server: sends a ping, and says how long it took until the stream was authenticated.
local now = require "util.time".now;
local stanza = require "util.stanza";

local target = module:get_option_string("flow_target");
local began;

module:hook("s2sout-established", function (event)
	if began and event.session.to_host == target then
		module:log("info", "established in %.6f s", now() - began);
	end
end);

module:add_timer(1, function ()
	began = now();
	module:send(stanza.iq({ type = "get", from = module.host, to = target, id = "flow" })
		:tag("ping", { xmlns = "urn:xmpp:ping" }));
end);
