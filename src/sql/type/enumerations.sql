-- The enumerations that come with the extension, and nothing else: they are written in no other place. The
-- install script and every upgrade script run this file. An enumeration that exists already is given the
-- definition that stands here. Codes are stored in people's tables: never renumber a code, never use a code
-- again.

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'channel_type', 'where a conversation takes place', $$
0 web       "Web chat interface"
1 whatsapp  "WhatsApp Business"
2 telegram  "Telegram Bot"
3 msteams   "Microsoft Teams"
4 slack     "Slack"
5 email     "Email channel"
6 sms       "SMS/Text messages"
7 voice     "Voice/Phone"
8 instagram "Instagram DM"
9 api       "Direct API"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'message_role', 'who a message of a conversation is from', $$
 1 user      "User message"
 2 assistant "Bot response"
 3 system    "System prompt"
 4 tool      "Tool call/result"
 9 episodic  "Episodic memory summary"
10 compact   "Compacted conversation"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'message_type', 'what a message consists of', $$
0 text     "Plain text"
1 image    "Image attachment"
2 audio    "Audio file"
3 video    "Video file"
4 document "Document/PDF"
5 location "GPS location"
6 contact  "Contact card"
7 sticker  "Sticker"
8 reaction "Message reaction"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'llm_provider', 'who runs a language model', $$
0 openai       "OpenAI API"
1 anthropic    "Anthropic Claude"
2 azure_openai "Azure OpenAI"
3 azure_claude "Azure Claude"
4 google       "Google AI"
5 local        "Local llama.cpp"
6 ollama       "Ollama"
7 groq         "Groq"
8 mistral      "Mistral AI"
9 cohere       "Cohere"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'task_status', 'how far a task is', $$
0 pending          "Waiting to start"
1 ready            "Ready to execute"
2 running          "Currently executing"
3 paused           "Paused by user"
4 waiting_approval "Needs approval"
5 completed        "Successfully finished"
6 failed           "Failed with error"
7 cancelled        "Cancelled by user"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'task_priority', 'how urgent a task is', $$
0 low      "Low priority"
1 normal   "Normal priority"
2 high     "High priority"
3 urgent   "Urgent"
4 critical "Critical"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'execution_mode', 'how much a task may do by itself', $$
0 manual     "Manual execution only"
1 supervised "Requires approval"
2 autonomous "Fully automatic"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'risk_level', 'how dangerous a task is', $$
0 none     "No risk"
1 low      "Low risk"
2 medium   "Medium risk"
3 high     "High risk"
4 critical "Critical risk"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'approval_status', 'what became of a request for approval', $$
0 pending  "Awaiting decision"
1 approved "Approved"
2 rejected "Rejected"
3 expired  "Timed out"
4 skipped  "Skipped"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'intent_type', 'what a user wants', $$
0 unknown    "Unclassified"
1 app_create "Create application"
2 todo       "Create task/reminder"
3 monitor    "Set up monitoring"
4 action     "Execute action"
5 schedule   "Create schedule"
6 goal       "Set goal"
7 tool       "Create tool"
8 query      "Query/search"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'memory_type', 'what kind of memory an entry is', $$
0 short      "Short-term"
1 long       "Long-term"
2 episodic   "Episodic"
3 semantic   "Semantic"
4 procedural "Procedural"
$$);

SELECT gb_enums_internal.define(
    gb_enums_internal.extension_schema(), 'sync_status', 'how a copy stands to its original', $$
0 synced   "Fully synced"
1 pending  "Sync pending"
2 conflict "Conflict detected"
3 error    "Sync error"
4 deleted  "Marked for deletion"
$$);
