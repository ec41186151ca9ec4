export interface paths {
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account
         * @description Creates an account. It does not sign in: call `logIn` next.
         *
         *     E-mail address and username are unique without regard to case, compared after Unicode NFKC normalisation. The
         *     first account on a fresh server becomes its administrator.
         */
        post: operations["registerAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Exchanges a username or e-mail address and a password for an access token and a refresh token. Signing in on one
         *     device never signs out another.
         *
         *     The response also sets a cookie that lets a browser's `EventSource` call `followChat`. It is good for nothing
         *     else.
         *
         *     The same 401 is given for an unknown user and for a wrong password.
         */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a new access token
         * @description Exchanges a refresh token for a new access token and the refresh token to use next time.
         *
         *     For ten seconds after that, the token you sent still answers, with the newest refresh token of the session: a
         *     response that was lost can be asked for again, and two refreshes at once sign nobody out. Used later than that,
         *     it ends the session, because someone else may hold it.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session the refresh token belongs to: its refresh token, its access tokens and its open streams.
         *
         *     The answer is the same for a token that is unknown, expired or already signed out, so it is safe to repeat.
         */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow answers as they are written
         * @description Streams the same events as `streamChat`, to any device of the account, as often as you like. It is made for a
         *     browser's `EventSource`, which cannot send a token: the cookie that `logIn` sets is accepted here.
         *
         *     - With `conversation_id` or `message_id`, it follows one answer from its first event, and ends after its last.
         *     - With neither, it follows every answer of the account: those being written, from their first event, and those that
         *       begin later. It stays open. Events of answers that run at the same time are mixed; `message_id` tells them apart.
         *       Swagger UI shows what comes in the first ten seconds.
         *
         *     `Last-Event-ID` goes on from there; `EventSource` sends it by itself when it reconnects. What came before and what
         *     comes after make up exactly the stored text, with no gap and nothing twice. Only when the server crashed can you
         *     have received more than was stored: then the first event is `truncate`.
         *
         *     An open stream lives as long as the session it was opened with, and is closed when you sign out.
         */
        get: operations["followChat"];
        put?: never;
        /**
         * Send messages and stream the answer
         * @description Stores your messages, starts an answer to them, and streams it as Server-Sent Events. Without `conversation_id` a
         *     new conversation begins; with it, your messages are appended and what is stored there is the context.
         *
         *     The messages of a conversation form a tree: each comes after the one that its `parent_id` names, and
         *     `current_message_id` of the conversation is where the branch ends that is shown and gone on with. `parent_id` in the
         *     request says which message yours come after, and so begins another branch:
         *
         *     - To edit a question, send its new text with the `parent_id` that the old one has; null if it was the first.
         *     - To have a question answered again, send no `messages`, and the question's own `id` as `parent_id`.
         *
         *     The model is shown the branch up to your messages, and nothing of the others. Nothing of them is lost:
         *     `updateConversation` goes back to any of them.
         *
         *     The answer belongs to the server, not to this connection. If the connection is lost, the answer is still finished
         *     and stored; go on reading with `followChat`, or stop it with `cancelGeneration`.
         *
         *     A problem that is known before your messages are stored is answered as `application/problem+json` with its status.
         *     Whatever fails after that is an `error` event in the stream.
         *
         *     The body is a series of SSE events without a name, so that `onmessage` receives them. The `data` of each is one
         *     `ChatEvent`; its `id` is an opaque cursor, to be sent back as `Last-Event-ID` to go on from there. Every 15 seconds
         *     a comment keeps the connection alive. The order is always the same: your messages as `message` events, then
         *     `start`, then any number of `delta`s, with what the model thinks (`reasoning`) and what you should know (`notice`)
         *     before and between them, then exactly one `done` or `error`, which is the last. Whoever follows this answer
         *     receives the same.
         *
         *     ```
         *     id: 7.0.1
         *     data: {"type":"message","message_id":"0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d","conversation_id":"0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b","message":{"id":"0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e","role":"user","content":"Hola, ¿cómo estás?","created_at":"2025-07-09T14:20:00Z","parent_id":null,"status":"completed"}}
         *
         *     id: 7.0.2
         *     data: {"type":"start","message_id":"0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d","conversation_id":"0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b","model":"gpt-4-stream","parent_id":"0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e"}
         *
         *     id: 7.16.2
         *     data: {"type":"delta","message_id":"0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d","content":"¡Hola! Muy bien,"}
         *
         *     : heartbeat
         *
         *     id: 7.23.2
         *     data: {"type":"delta","message_id":"0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d","content":" ¿y tú?"}
         *
         *     id: 7.23.3
         *     data: {"type":"done","message_id":"0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d","finish_reason":"stop","usage":{"prompt_tokens":6,"completion_tokens":8,"total_tokens":14}}
         *
         *     ```
         */
        post: operations["streamChat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/stream/{message_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop an answer
         * @description Stops an answer that is being written and keeps the text so far. Whoever follows it receives `done` with
         *     `finish_reason` `cancelled`.
         *
         *     An answer that has already ended stays as it is, so it is safe to repeat.
         */
        post: operations["cancelGeneration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your conversations
         * @description Lists your conversations, the most recently updated first. Without `limit` all of them are sent, however many there
         *     are; if the list breaks off, so does the connection. In a list of 500 or more, what is updated or begun while it
         *     is being sent comes at the end, and may be there for the second time: go by the `id`. With `limit` you get a page,
         *     and while there is more a `Link` header leads to the next one.
         *
         *     `q` searches: only those conversations are sent in which one message, or the title, has all its words, in any order.
         *     Neither case nor accents count (`canon` finds `Cañón`, `strasse` finds `Straße`), but words are whole (`can` does not
         *     find it). A word is a run of letters and digits; in scripts that put no space between words each character is one.
         *     Nothing else means anything: there are no operators, and a `q` without a word finds nothing. Answers can be found
         *     once they have ended; conversations with `store: false` are neither listed nor found.
         */
        get: operations["listConversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/history/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all conversations
         * @description Gives everything that you have said and were answered, as one JSON file: a list of conversations, each with the
         *     messages of all its branches, as `exportConversation` gives one. `importHistory` takes it back in, here or on another
         *     server. It is sent as it is read, however much there is; if it breaks off, so does the connection. A conversation
         *     that goes on while it is being sent may be there for the second time at the end: go by the `id`, the later is newer.
         *
         *     Conversations with `store: false` are never exported.
         */
        get: operations["exportHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/history/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import conversations from a file
         * @description Takes the conversations of a file into your history: what `exportHistory` or `exportConversation` gave as JSON, what
         *     ChatGPT exports (the ZIP archive as it is, or a `conversations.json` of it), or what Open WebUI exports. What the file
         *     is, is seen in it. It may be as large as the operator allows (`VEKTOR_IMPORT_LIMIT`, 1 GB unless he says otherwise),
         *     and one conversation up to 32 MB.
         *
         *     The answer is a list with one entry for each conversation of the file, in its order, sent as it goes. Each
         *     conversation is stored by itself: if the file breaks off, the last entry says so, and what came before stays. If you
         *     leave, the import ends.
         *
         *     A conversation keeps its branches, its times and its models. Twice is the same as once: what is there already is
         *     recognised and left alone, and of a conversation that has gone on where it came from what is new is added
         *     (`new_messages`). The title and what was said here stay as they are; the active branch becomes that of the file unless
         *     the conversation has gone on here. One that you have deleted comes back. A conversation that was exported from
         *     this account is recognised by its own `id`; every other one gets a new one, always the same.
         *
         *     Of ChatGPT's messages, those that it hides, and what its tools were asked and answered, are left out, unless it was
         *     code; images become the word `[image]`. An answer that was not finished is `interrupted`.
         *
         *     Only one file at a time is imported into an account.
         */
        post: operations["importHistory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/history/{conversation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of a conversation.
                 * @example 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b
                 */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        /**
         * Read a conversation
         * @description Gives the conversation with the messages of its active branch, the oldest first; or, with `tree=true`, with all that
         *     it has, each after the one that its `parent_id` names. An answer that is still being written has the status
         *     `in_progress` and the text that has been stored so far; `followChat` has the rest.
         */
        get: operations["getConversation"];
        put?: never;
        post?: never;
        /**
         * Delete a conversation
         * @description Deletes the conversation and all its messages, for good.
         */
        delete: operations["deleteConversation"];
        options?: never;
        head?: never;
        /**
         * Rename a conversation, or go to another branch of it
         * @description Gives the conversation a new title, or makes another branch the active one, or both. The active branch is the one
         *     that ends at `current_message_id`: it is what `getConversation` shows, and what `streamChat` goes on with. Another
         *     branch brings the conversation to the top of the list; a title leaves it where it is.
         */
        patch: operations["updateConversation"];
        trace?: never;
    };
    "/chat/history/{conversation_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of a conversation.
                 * @example 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b
                 */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        /**
         * Export a conversation
         * @description Gives the conversation as a file: as Markdown, as a page of HTML that needs nothing else, with light and dark colours
         *     and made to be printed too, or as JSON, which `importHistory` takes back in.
         */
        get: operations["exportConversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models
         * @description Lists the models this server is set up with. One that cannot be used yet is listed too, with the reason.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your profile
         * @description Gives the account that the access token belongs to.
         */
        get: operations["getCurrentUser"];
        /**
         * Update your profile
         * @description Changes the fields you send and leaves the others as they are. `null` removes the avatar.
         */
        put: operations["updateCurrentUser"];
        post?: never;
        /**
         * Delete your account
         * @description Deletes the account and everything that belongs to it, for good. By the time the response comes it is done: every
         *     session has ended, and every open stream is closed. Of a large account this takes a while. If it fails on the way, the
         *     `detail` of the 503 says that the account is gone already: what is left of it is deleted later.
         */
        delete: operations["deleteCurrentUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Gives the account another password. Every other session of it ends at once, open streams included; the one that
         *     asks goes on.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your preferences
         * @description Gives how you want things to be. What you never set has its default.
         */
        get: operations["getPreferences"];
        /**
         * Update your preferences
         * @description Changes the preferences you send and leaves the others as they are.
         */
        put: operations["updatePreferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your other signed-in devices
         * @description Lists the devices on which you are signed in, but for the one that asks; the last active first. A device that signed
         *     in several times is one of them.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/sessions/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a device, percent-encoded.
                 * @example disp1
                 */
                device_id: components["parameters"]["DeviceIdInPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign out a device
         * @description Ends the sessions of a device at once: its tokens are good for nothing any more, and its open streams close. The
         *     device stays registered.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your devices
         * @description Lists the devices on which you ever signed in and that you did not remove, the last seen first.
         */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a device, percent-encoded.
                 * @example disp1
                 */
                device_id: components["parameters"]["DeviceIdInPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a device
         * @description Signs the device out, as `endSession` does, and forgets it. It is registered anew if somebody signs in on it again.
         */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        /**
         * Rename a device
         * @description Gives a device a name of your own. It keeps it, whatever the device calls itself when it signs in again.
         */
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/sync/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your backups
         * @description Lists the backups that are kept of your account, the newest first: those that are being made and those that failed
         *     too. Older ones give way to newer ones of their kind: those that were made, those of what was replaced, and those that were uploaded
         *     (`backup_keep` of `getPreferences`).
         */
        get: operations["listBackups"];
        put?: never;
        /**
         * Back up your account
         * @description Begins a backup of your conversations and preferences, and answers at once: `getBackup` tells how it goes on. It shows
         *     the account as it was at one moment, whatever you write meanwhile. An answer that is being written is in it as far as
         *     it has come.
         *
         *     With `recipients`, public keys of age (https://age-encryption.org), the archive is encrypted before it is stored, and
         *     only the owner of a matching key can read it: not this server either. `docs/backup-format.md` says what is in an
         *     archive.
         */
        post: operations["createBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/backup/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a backup
         * @description Takes an archive back in, of this account or of another one, made by this server or by another one. It is read to its
         *     end and verified before it is kept; from then on it is one of your backups, which `restoreBackup` can restore and which
         *     gives way to newer ones that were uploaded. What is encrypted has to be decrypted first.
         */
        post: operations["uploadBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/backup/{backup_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `backup_id` of a backup.
                 * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
                 */
                backup_id: components["parameters"]["BackupId"];
            };
            cookie?: never;
        };
        /**
         * Look at a backup
         * @description Tells how far a backup has come, and what is in it once it is complete. The `task_id` of a backup is its id.
         */
        get: operations["getBackup"];
        put?: never;
        post?: never;
        /**
         * Delete a backup
         * @description Deletes a backup and its archive for good. One that is being made is given up.
         */
        delete: operations["deleteBackup"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/backup/{backup_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `backup_id` of a backup.
                 * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
                 */
                backup_id: components["parameters"]["BackupId"];
            };
            cookie?: never;
        };
        /**
         * Download a backup
         * @description Sends the archive: a tar file that is compressed with gzip, and encrypted with age where it has recipients. A download
         *     that broke off goes on where it stopped with `Range` and `If-Range` (RFC 9110, section 14). `sha256` of `getBackup` is
         *     the checksum of the whole, and so is `Repr-Digest` (RFC 9530).
         */
        get: operations["downloadBackup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/backup/{backup_id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `backup_id` of a backup.
                 * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
                 */
                backup_id: components["parameters"]["BackupId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a backup
         * @description Reads the archive as it is stored to its end, and checks that it could be restored: its checksum, and, unless it is
         *     encrypted, those of the files in it and every record. Nothing is changed.
         */
        post: operations["verifyBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a backup
         * @description Brings back what is in a backup: the last complete one, but for those of what was replaced, unless you name another. The archive is read to its end and
         *     verified before anything is written, and everything appears in one moment: whatever happens on the way, the account is
         *     as it was or as it is to be. To restore the same again changes nothing. It may take minutes; the answer comes when it
         *     is done, for Node's `fetch` with a 102 every four minutes before it, and it goes on to its end if you do not wait for it.
         *
         *     `merge` adds the conversations and messages that are missing, and brings back what is another now, such as a title;
         *     what came later stays. `replace` makes the account equal to the backup, after a backup of what there is: answers that
         *     are being written end.
         *
         *     Conversations, their messages, preferences and the avatar are restored. Who you are is not: e-mail address, username,
         *     password, role and devices stay as they are. What would get an id that is somebody else's gets another one.
         *
         *     With `dry_run` nothing is changed, and `changes` tells what would be.
         */
        post: operations["restoreBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models that are configured
         * @description Administrators only.
         *
         *     Gives what `model_configs.json` says: the models, and the files of the config folder that define them. While that
         *     file is broken, or one that it names, this is the last good state of it.
         */
        get: operations["listModelConfigs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config/mcp-servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the MCP servers that are configured
         * @description Administrators only.
         *
         *     Gives what `mcp_servers.json` says, with its variables unreplaced. Secrets are not shown: the values of headers, the
         *     query of an address and a user name in it are `[secret]`; a value that is only the name of a variable is no secret.
         *     This version lists the servers and does not call them.
         */
        get: operations["listMcpServers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config/adapters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the adapters
         * @description Administrators only.
         *
         *     Lists the adapters, which are the files `app/*.json` of the config folder, by name. This version stores adapters and
         *     delivers nothing to them: none is active.
         */
        get: operations["listAdapters"];
        put?: never;
        /**
         * Add or replace an adapter
         * @description Administrators only.
         *
         *     Writes the settings as `app/<name>.json`, in the place of those that were there. They are any JSON object of at most
         *     65536 bytes. Of two that save at once one wins, and the file is whole.
         *
         *     Secrets can be written and not be read: `getAdapter` shows `[secret]` for them. Send what it shows back, in the same
         *     place, and the stored secret stays. In a list the place says nothing: an entry keeps its secrets, wherever it is now, if
         *     all the rest of it is as it was shown. Anywhere else `[secret]` is refused. What is a secret is said there.
         *
         *     `${NAME}` in the settings is kept as it is.
         */
        post: operations["saveAdapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config/adapters/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `name` of an adapter.
                 * @example slack
                 */
                name: components["parameters"]["AdapterName"];
            };
            cookie?: never;
        };
        /**
         * Read an adapter
         * @description Administrators only.
         *
         *     Gives the adapter with its settings as they are stored. Secrets are not shown. These are secret:
         *
         *     - texts and numbers under a name that holds one of the words token, secret, pass, pwd, key, auth, credential, cookie,
         *       session, signature, bearer, jwt, dsn, webhook, header, clave or contrase, whatever the case, the accents and the signs
         *       in it, or as a whole word pin, pat, pw, salt, seed, otp, cert or private, and everything below such a name; in their
         *       place stands `[secret]`;
         *     - texts that look like a token, under any name: those that begin as the tokens of well-known services do, and words of
         *       20 characters or more with letters and digits that are no UUID, time, path, address or e-mail;
         *     - of an address in any text, all that follows its host, and a user name and password before it: of
         *       `https://hooks.slack.com/services/T0/B0/x` you see `https://hooks.slack.com/[secret]`.
         *
         *     A text that is nothing but the name of a variable, such as `${SLACK_WEBHOOK}`, is shown: it is no secret.
         */
        get: operations["getAdapter"];
        put?: never;
        post?: never;
        /**
         * Remove an adapter
         * @description Administrators only. Removes the file of the adapter.
         */
        delete: operations["deleteAdapter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive?
         * @description Answers as long as the process runs. It looks at nothing else, not even the database.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can the server do its work?
         * @description Checks what the server needs to do its work: the database, its migrations and the disk. It answers 503 when one
         *     of them fails, and while the server shuts down, so that a load balancer sends requests elsewhere. All who ask
         *     within a second share one check.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the server is doing
         * @description Administrators only.
         *
         *     What is on the server, and how much of it is going on. `users`, `conversations`, `messages` and `backups` are those of
         *     all replicas, counted at `counted_at`: at most some seconds ago, or longer where counting takes long. Everything else
         *     is about the process that answers, since it started or, of `requests` and `event_loop`, in the last minute or half.
         *
         *     `models` tells what became of the last real question to each model: no model is asked only to find out.
         *     `processes` lists this process, and those others that are writing answers now; one that has nothing to write is
         *     not known to the others.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The numbers, for Prometheus
         * @description Counters and gauges of this process, in the text format of Prometheus. It answers whoever sends
         *     `Authorization: Bearer` with the token that the server was given as `VEKTOR_METRICS_TOKEN`; tokens of accounts are
         *     good for nothing here. Without the token it answers the machine that the server runs on, when the request has no
         *     header of a proxy (`Forwarded`, `Via`, any `X-Forwarded-` and the like), no `Origin`, and a `Host` that is
         *     `localhost` or a loopback address.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page that says what this is
         * @description Leads to the other pages.
         */
        get: operations["getHomePage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Try the API in the browser
         * @description The page of Swagger UI. It signs in, and calls the operations of this description.
         */
        get: operations["getSwaggerPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/redoc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read about the API
         * @description The page of Redoc.
         */
        get: operations["getRedocPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description, as JSON
         * @description The OpenAPI document that this server keeps to.
         */
        get: operations["getContractJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description, as YAML
         * @description The OpenAPI document that this server keeps to, as it was written.
         */
        get: operations["getContractYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All problems that there are
         * @description Every `type` that a problem can have, with what it means.
         */
        get: operations["getProblemListPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a problem means, and what to do
         * @description Where the `type` of every problem leads.
         */
        get: operations["getProblemPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{file_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of a page
         * @description The scripts, styles and pictures of the pages. Their names change with what is in them.
         */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Format: uuid
         * @description A UUIDv7 that the server gave out.
         */
        Id: string;
        /**
         * Format: date-time
         * @description A moment, in UTC.
         */
        Timestamp: string;
        /** @description An e-mail address, in any script. */
        Email: string;
        /**
         * @description A name without `@` (in any of its forms) and without control characters, that neither begins nor ends with white
         *     space.
         */
        Username: string;
        /**
         * @description 8 to 128 characters, counted as Unicode code points; this server may be set up to ask for more than 8. Common
         *     passwords are refused.
         */
        NewPassword: string;
        /** @description What the device called itself when it signed in, or what the server made of its User-Agent. */
        DeviceId: string;
        /**
         * @description What the account may do on this server.
         * @enum {string}
         */
        AccountRole: "administrator" | "user";
        /**
         * @description Who speaks.
         * @enum {string}
         */
        MessageRole: "user" | "assistant" | "system";
        /** @description Why a request failed (RFC 9457). */
        Problem: {
            /**
             * @description What kind of problem it is, as the address of a page about it.
             * @example /problems/conversation-busy
             */
            type: string;
            /** @description The kind of problem in a few words. The same for every problem of this `type`. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description One sentence that says what to do. */
            detail: string;
            /** @description The path of the request. */
            instance: string;
            /** @description The `X-Request-Id` of the request. */
            request_id: string;
            /** @description What is wrong with the request, one entry per field. Present with 422 when single fields are to blame. */
            errors?: components["schemas"]["FieldError"][];
            /** @description With `conversation-busy`, the answer that is running in this conversation. */
            message_id?: components["schemas"]["Id"];
        };
        /** @description One thing that is wrong with a request. */
        FieldError: {
            /**
             * @description Where, as a JSON Pointer (RFC 6901) into the body; for a query parameter or header, `/` and its name.
             * @example /messages/0/content
             */
            pointer: string;
            /** @description What to do about it. */
            detail: string;
        };
        /** @description A new account. */
        Registration: {
            email: components["schemas"]["Email"];
            username: components["schemas"]["Username"];
            password: components["schemas"]["NewPassword"];
        };
        /** @description An account that was just created. */
        Account: {
            id: components["schemas"]["Id"];
            email: string;
            username: string;
            role: components["schemas"]["AccountRole"];
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description Who is signing in. */
        LoginForm: {
            /** @description The username or the e-mail address of the account. */
            username: string;
            password: string;
        };
        /** @description The refresh token to exchange. */
        RefreshRequest: {
            refresh_token: string;
        };
        /** @description The refresh token to invalidate. */
        LogoutRequest: {
            refresh_token: string;
        };
        LogoutConfirmation: {
            /** @constant */
            detail: "Logout successful";
        };
        /** @description What a signed-in device holds. */
        TokenSet: {
            /** @description Send it as `Authorization: Bearer <access_token>`. */
            access_token: string;
            /** @constant */
            token_type: "bearer";
            /** @description Seconds until the access token expires. */
            expires_in: number;
            /** @description Send it to `refreshSession` for the next access token. It replaces the refresh token you held. */
            refresh_token: string;
            /** @description Seconds until the refresh token expires if it is not used. */
            refresh_expires_in: number;
        };
        /** @description What to ask, and of which model. */
        ChatRequest: {
            /** @description The `name` of one of `listModels`. */
            model: string;
            /** @description The messages to add, the oldest first. None, to have the question answered again that `parent_id` names. */
            messages: components["schemas"]["PromptMessage"][];
            /** @description The conversation to go on with. Without it a new one begins. */
            conversation_id?: string;
            /**
             * @description The message of this conversation that `messages` come after, or the question to answer again. Null if they come
             *     after none. Without it, they come after `current_message_id`.
             */
            parent_id?: string | null;
            /** @description Instructions for the model that stand before all messages. */
            system?: string;
            /** @description How freely the model chooses its words. Without it, the model's own default. */
            temperature?: number;
            /** @description The longest answer, in tokens. Without it, the model's own limit. */
            max_tokens?: number;
            /**
             * @description True unless you say otherwise. With false the conversation is listed nowhere, and it is deleted ten minutes
             *     after the answer has ended.
             */
            store?: boolean;
        };
        /** @description A message to send to a model. */
        PromptMessage: {
            role: components["schemas"]["MessageRole"];
            /**
             * @description The text, or a list of parts: texts, and images where the model sees them (`images` of `listModels`). Only
             *     messages of the user have images.
             */
            content: string | components["schemas"]["ContentPart"][];
        };
        /** @description A piece of a message. */
        ContentPart: components["schemas"]["TextPart"] | components["schemas"]["ImagePart"];
        /** @description A piece of a message that is text. */
        TextPart: {
            /** @constant */
            type: "text";
            text: string;
        };
        /** @description A piece of a message that is an image. */
        ImagePart: {
            /** @constant */
            type: "image_url";
            image_url: {
                /**
                 * @description An address of http or https, or the image itself as data:image/png;base64,… (png, jpeg, gif or webp). An
                 *     address is passed on to the model's provider, which fetches it or not; this server never does. One of a
                 *     private network, as far as it can be seen in the address, is refused. The image
                 *     itself is part of the request, whose size the operator limits (`VEKTOR_BODY_LIMIT`).
                 */
                url: string;
            };
        };
        /** @description What the `data` of one event of a stream holds. `type` says which of these it is. */
        ChatEvent: components["schemas"]["MessageEvent"] | components["schemas"]["StartEvent"] | components["schemas"]["DeltaEvent"] | components["schemas"]["ReasoningEvent"] | components["schemas"]["NoticeEvent"] | components["schemas"]["TruncateEvent"] | components["schemas"]["DoneEvent"] | components["schemas"]["ErrorEvent"];
        /**
         * Format: uuid
         * @description The answer this event belongs to. It is the `id` of the assistant's message.
         */
        AnswerId: string;
        /** @description A message that the answer replies to, as it was stored. It has its own id, in `message.id`. */
        MessageEvent: {
            /** @constant */
            type: "message";
            message_id: components["schemas"]["AnswerId"];
            conversation_id: components["schemas"]["Id"];
            message: components["schemas"]["Message"];
        };
        /** @description The messages are stored and the answer begins. */
        StartEvent: {
            /** @constant */
            type: "start";
            message_id: components["schemas"]["AnswerId"];
            conversation_id: components["schemas"]["Id"];
            model: string;
            /**
             * Format: uuid
             * @description The message that is answered; null if there is none.
             */
            parent_id: string | null;
        };
        /** @description The next piece of the answer, to be appended. It never ends in the middle of a character. */
        DeltaEvent: {
            /** @constant */
            type: "delta";
            message_id: components["schemas"]["AnswerId"];
            content: string;
        };
        /**
         * @description The next piece of what the model thinks on the way to its answer, to be appended to a text of its own. Few models
         *     tell. It never ends in the middle of a character.
         */
        ReasoningEvent: {
            /** @constant */
            type: "reasoning";
            message_id: components["schemas"]["AnswerId"];
            content: string;
        };
        /** @description Something that the reader of the answer should know. `Message` keeps it, under `notices`. */
        NoticeEvent: {
            /** @constant */
            type: "notice";
            message_id: components["schemas"]["AnswerId"];
            code: components["schemas"]["NoticeCode"];
            detail: components["schemas"]["NoticeDetail"];
        };
        /**
         * @description What it is about; new ones may come. `context-trimmed`: the conversation is longer than the model can read, and the
         *     oldest messages were not shown to it. `images-left-out`: there are images in the conversation, and the model sees
         *     none.
         */
        NoticeCode: string;
        /** @description The same in one sentence, for people. */
        NoticeDetail: string;
        /**
         * @description You received more than was stored before the server crashed. Keep the first `length` UTF-16 code units of the
         *     answer, and the first `reasoning_length` of the reasoning, and drop the rest.
         */
        TruncateEvent: {
            /** @constant */
            type: "truncate";
            message_id: components["schemas"]["AnswerId"];
            /** @description The length of the answer that holds, in UTF-16 code units. */
            length: number;
            /** @description The length of the reasoning that holds, in UTF-16 code units. */
            reasoning_length: number;
        };
        /** @description The answer is over. This is its last event. */
        DoneEvent: {
            /** @constant */
            type: "done";
            message_id: components["schemas"]["AnswerId"];
            finish_reason: components["schemas"]["FinishReason"];
            usage?: components["schemas"]["Usage"];
        };
        /**
         * @description The answer failed; the text so far is kept. This is its last event. The problem is one of these:
         *
         *     - `upstream-failed`: the model, or the way to it, is broken.
         *     - `upstream-rate-limited`: the model has too much to do.
         *     - `upstream-rejected`: the model does not take the request, or not the key of this server.
         *     - `upstream-timeout`: the model sent nothing for too long.
         *     - `database-unavailable`: what the model was to be told could not be read.
         *     - `internal-error`: the server failed in a way nobody foresaw. Its log says how, under the request id.
         */
        ErrorEvent: {
            /** @constant */
            type: "error";
            message_id: components["schemas"]["AnswerId"];
            problem: components["schemas"]["Problem"];
        };
        /**
         * @description Why the answer ended: the model was done (`stop`), it reached the longest answer allowed (`length`), someone
         *     stopped it (`cancelled`), the server went down (`interrupted`), or the model's stream broke off without an end
         *     (`incomplete`).
         * @enum {string}
         */
        FinishReason: "stop" | "length" | "cancelled" | "interrupted" | "incomplete";
        /** @description Tokens, as the model's provider counted them. */
        Usage: {
            prompt_tokens: number;
            completion_tokens: number;
            total_tokens: number;
            /** @description Absent where the provider does not say, or there are none. */
            completion_tokens_details?: {
                /** @description Of `completion_tokens`, those that went into reasoning. */
                reasoning_tokens: number;
            };
        };
        /** @description A conversation, without its messages. */
        Conversation: {
            id: components["schemas"]["Id"];
            /**
             * @description The first line of the first question; where that has no letter and no digit, of the answer once it has ended.
             *     Null while neither says anything. Once the first answer is there, a model that the operator has chosen for that
             *     may write a better one (`VEKTOR_TITLE_MODEL`); a title that was given by hand stays.
             */
            title: string | null;
            /** @description The model that was asked last. */
            model: string;
            message_count: number;
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was last asked, answered or turned to another branch. A new title does not count. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description A conversation with its messages. */
        ConversationDetail: {
            id: components["schemas"]["Id"];
            /**
             * @description The first line of the first question; where that has no letter and no digit, of the answer once it has ended.
             *     Null while neither says anything. Once the first answer is there, a model that the operator has chosen for that
             *     may write a better one (`VEKTOR_TITLE_MODEL`); a title that was given by hand stays.
             */
            title: string | null;
            /** @description The model that was asked last. */
            model: string;
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was last asked, answered or turned to another branch. A new title does not count. */
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: uuid
             * @description Where the active branch ends.
             */
            current_message_id: string | null;
            /** @description The oldest first. */
            messages: components["schemas"]["Message"][];
        };
        /** @description A conversation as a file, with all that it takes to have it again. */
        ConversationExport: {
            /**
             * @description Says what this is.
             * @constant
             */
            format: "vektor-conversation";
            /**
             * @description Goes up when what is here means something else.
             * @constant
             */
            version: 1;
            id: components["schemas"]["Id"];
            /** @description What it is called. */
            title: string | null;
            /** @description The model that was asked last. */
            model: string;
            /** @description Instructions for the model that stand before all messages. */
            system: string | null;
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: uuid
             * @description Where the active branch ends.
             */
            current_message_id: string | null;
            /** @description Each after the one that its `parent_id` names. */
            messages: components["schemas"]["Message"][];
        };
        /** @description What became of one conversation of a file. */
        ImportReport: {
            /** @description Its id in the file. Null where the file breaks off, and for what has none. */
            source_id: string | null;
            /** @description What it is called here. */
            title: string | null;
            /**
             * @description It was stored, or what was new of it (`imported`); there was nothing new (`already_there`); or it cannot be stored,
             *     and `reason` says why (`refused`).
             * @enum {string}
             */
            status: "imported" | "already_there" | "refused";
            /** @description Where it is. Absent if it was refused. */
            conversation_id?: components["schemas"]["Id"];
            /** @description How many messages were stored. Only with `imported`. */
            new_messages?: number;
            /** @description Why it was refused, or what was done about something that was wrong with it, in plain words. */
            reason?: string;
        };
        /** @description What to change about a conversation. What is left out stays. */
        ConversationUpdate: {
            /** @description One line that is not blank, without control characters. */
            title?: string;
            /** @description The message at which the active branch is to end, any one of the conversation. */
            current_message_id?: string;
        };
        /** @description One message of a conversation. Those of the assistant say how they came about. */
        Message: {
            id: components["schemas"]["Id"];
            role: components["schemas"]["MessageRole"];
            /** @description The text; of an answer that is `in_progress`, what has been stored of it. */
            content: string;
            /** @description What the model thought on the way to it, if it told. */
            reasoning?: string;
            /** @description What the reader of the answer should know, in the order in which it came. */
            notices?: {
                code: components["schemas"]["NoticeCode"];
                detail: components["schemas"]["NoticeDetail"];
            }[];
            /** @description The text again, with the images among it. Only where there are any. */
            parts?: components["schemas"]["ContentPart"][];
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: uuid
             * @description The message before this one. Null for the first.
             */
            parent_id: string | null;
            /** @description The model that wrote it. */
            model?: string;
            status: components["schemas"]["MessageStatus"];
            finish_reason?: components["schemas"]["FinishReason"];
            usage?: components["schemas"]["Usage"];
            /** @description Why the answer failed; the same problem as in its `error` event. */
            error?: components["schemas"]["Problem"];
        };
        /**
         * @description Whether the message is whole. What you sent is always `completed`. An answer is `in_progress` at first; then it is
         *     `completed`, or says what cut it short; when it is `failed`, `error` says why.
         * @enum {string}
         */
        MessageStatus: "in_progress" | "completed" | "cancelled" | "interrupted" | "incomplete" | "failed";
        /** @description A model that can be asked. */
        Model: {
            name: string;
            description: string;
            /** @description Whether it can be asked now. */
            available: boolean;
            /**
             * @description It sees images. Absent where it does not.
             * @constant
             */
            images?: true;
            /** @description Why it is not available, and what to do about it. */
            reason?: string;
        };
        /** @description Your account. */
        CurrentUser: {
            id: components["schemas"]["Id"];
            email: string;
            username: string;
            /** Format: uri */
            avatar_url: string | null;
            role: components["schemas"]["AccountRole"];
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description What to change about your account. */
        UserUpdate: {
            email?: components["schemas"]["Email"];
            username?: components["schemas"]["Username"];
            /**
             * Format: uri
             * @description An `http` or `https` address. Null removes the avatar.
             */
            avatar_url?: string | null;
        };
        UserUpdateConfirmation: {
            /** @constant */
            detail: "Perfil actualizado";
        };
        /** @description The password you have, and the one you want. */
        PasswordChange: {
            current_password: string;
            new_password: components["schemas"]["NewPassword"];
        };
        PasswordChangeConfirmation: {
            /** @constant */
            detail: "Contraseña cambiada";
        };
        /** @description How you want things to be. */
        Preferences: {
            theme: components["schemas"]["Theme"];
            notifications: components["schemas"]["NotificationsWanted"];
            language: components["schemas"]["Language"];
            default_model: components["schemas"]["DefaultModel"];
            backup_schedule: components["schemas"]["BackupSchedule"];
            backup_keep: components["schemas"]["BackupKeep"];
            backup_recipients: components["schemas"]["BackupRecipients"];
        };
        /** @description What to change about your preferences. */
        PreferencesUpdate: {
            theme?: components["schemas"]["Theme"];
            notifications?: components["schemas"]["NotificationsWanted"];
            language?: components["schemas"]["Language"];
            default_model?: components["schemas"]["DefaultModel"];
            backup_schedule?: components["schemas"]["BackupSchedule"];
            backup_keep?: components["schemas"]["BackupKeep"];
            backup_recipients?: components["schemas"]["BackupRecipients"];
        };
        PreferencesUpdateConfirmation: {
            /** @constant */
            detail: "Preferencias actualizadas";
        };
        /**
         * @description The colours of user interfaces; `system` is what the device has.
         * @enum {string}
         */
        Theme: "dark" | "light" | "system";
        /** @description Whether adapters may tell about what happens in the account. */
        NotificationsWanted: boolean;
        /**
         * @description The language of user interfaces.
         * @enum {string}
         */
        Language: "es" | "en";
        /** @description The `name` of one of `listModels`, for clients to ask unless another one is chosen. */
        DefaultModel: string | null;
        /**
         * @description When backups are made by themselves: five fields as cron has them, in UTC and at most once an hour, or `@daily`,
         *     `@weekly`, `@monthly`, or `off`. Null: as the operator of the server has it.
         */
        BackupSchedule: string | null;
        /** @description How many complete backups are kept; older ones are deleted. Null for as many as the operator keeps. */
        BackupKeep: number | null;
        /** @description A device on which you are signed in. */
        SignedInDevice: {
            device_id: components["schemas"]["DeviceId"];
            /** @description Its last activity, to the minute. */
            last_sync: components["schemas"]["Timestamp"];
            name: string;
            /** @description Since when it is signed in. */
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description A device on which you signed in. */
        Device: {
            id: components["schemas"]["DeviceId"];
            name: string;
            /** @description Its last activity, to the minute. */
            last_seen: components["schemas"]["Timestamp"];
            /** @description Whether it is the one that asks. */
            current: boolean;
        };
        /** @description What to change about a device. */
        DeviceUpdate: {
            name: string;
        };
        /** @description A backup of your account, or one that is being made. */
        Backup: {
            backup_id: components["schemas"]["Id"];
            /** @description The same as `backup_id`. */
            task_id: components["schemas"]["Id"];
            /**
             * @description Whether there is an archive; `error` says why there is none when it is `failed`.
             * @enum {string}
             */
            status: "in_progress" | "completed" | "failed";
            /**
             * @description Why it is there: you asked for it, it was its time, the account was about to be replaced by another backup, or you
             *     uploaded it.
             * @enum {string}
             */
            origin: "requested" | "scheduled" | "safety" | "uploaded";
            /** @description The moment that the backup shows, once it is complete. */
            created_at: components["schemas"]["Timestamp"];
            completed_at?: components["schemas"]["Timestamp"];
            /** @description How much of the work is done. */
            progress: number;
            /** @description What is in it, as far as it is written. */
            counts: {
                conversations: number;
                messages: number;
            };
            /** @description Of the archive, in bytes. */
            size?: number;
            /** @description The checksum of the archive. */
            sha256?: string;
            /** @description Whether it is encrypted with age, so that this server cannot read it. */
            encrypted: boolean;
            /** @description Why it failed, in one sentence. */
            error?: string;
        };
        /** @description How to make a backup. */
        BackupRequest: {
            recipients?: components["schemas"]["BackupRecipients"];
        };
        /**
         * @description Public keys of age, such as `age-keygen` makes: whoever has one of the matching identities can decrypt the archive.
         *     None: it is not encrypted.
         */
        BackupRecipients: string[];
        /** @description What to restore, and how. */
        RestoreRequest: {
            /** @description The backup; the last complete one, if it is left out. */
            backup_id?: string;
            mode?: components["schemas"]["RestoreMode"];
            /** @description Only tell what would be done. */
            dry_run?: boolean;
        };
        /**
         * @description `merge`, which is meant if it is left out, never removes what came later. `replace` makes the account equal to the
         *     backup.
         * @enum {string}
         */
        RestoreMode: "merge" | "replace";
        /** @description What a restore has done, or would do. */
        RestoreReport: {
            /** @enum {string} */
            detail: "Restauración completada" | "Simulación completada: no se ha cambiado nada";
            backup_id: components["schemas"]["Id"];
            mode: components["schemas"]["RestoreMode"];
            dry_run: boolean;
            /** @description How much it was, or would be. */
            restored: {
                conversations_added: number;
                conversations_changed: number;
                conversations_removed: number;
                messages_added: number;
                messages_changed: number;
                messages_removed: number;
                /** @description The names of the preferences that are others now, and `avatar_url`. */
                preferences: string[];
            };
            /** @description What the account was before it was replaced. */
            safety_backup_id?: components["schemas"]["Id"];
            /** @description With `dry_run`, what would be done to each conversation; the first thousand of them. */
            changes?: components["schemas"]["RestoreChange"][];
        };
        /** @description What a restore would do to a conversation. */
        RestoreChange: {
            conversation_id: components["schemas"]["Id"];
            title: string | null;
            /** @enum {string} */
            action: "add" | "change" | "remove";
            messages_added: number;
            messages_changed: number;
            messages_removed: number;
        };
        /** @description A model, and the file that defines it. */
        ModelConfig: {
            name: string;
            /** @description In the config folder. */
            path: string;
        };
        /** @description A server of the Model Context Protocol. */
        McpServer: {
            url: string;
            /** @description Its share among the servers of the same name. */
            weight: number;
            /** @description Servers of one name are replicas of each other. */
            name?: string;
            /** @description The tools that models are offered. Without it, all of them. */
            tools?: string[];
            /** @description What is sent along with each call; the values are masked. */
            headers?: {
                [key: string]: string;
            };
            /** @description Why it cannot be asked, and what to do about it. */
            reason?: string;
        };
        /** @description An object with whatever the adapter needs. `type` says what it is. */
        AdapterSettings: {
            [key: string]: unknown;
        };
        /** @description What is set up for a service elsewhere. */
        Adapter: {
            name: string;
            /** @description In the config folder. */
            path: string;
            /** @description The `type` of its settings. */
            type?: string;
            /** @description Whether anything is delivered to it. */
            active: boolean;
        };
        /** @description An adapter with its settings, whose secrets are masked. */
        AdapterDetail: {
            name: string;
            /** @description In the config folder. */
            path: string;
            /** @description The `type` of its settings. */
            type?: string;
            /** @description Whether anything is delivered to it. */
            active: boolean;
            settings: components["schemas"]["AdapterSettings"];
        };
        /** @description An adapter to save. */
        AdapterDefinition: {
            /** @description A name of up to 64 small letters, digits, - and _, which begins with a letter or digit. */
            name: string;
            settings: components["schemas"]["AdapterSettings"];
        };
        AdapterConfirmation: {
            /** @constant */
            detail: "Adaptador guardado";
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        /** @description What was checked. */
        Readiness: {
            /** @constant */
            status: "ok";
            checks: {
                /** @constant */
                database: "ok";
                /** @constant */
                migrations: "ok";
                /** @constant */
                disk: "ok";
            };
        };
        /** @description How the server is doing. */
        Status: {
            version: string;
            started_at: components["schemas"]["Timestamp"];
            uptime_seconds: number;
            users: number;
            conversations: number;
            messages: number;
            /** @description Those of all accounts that are kept. Of an account that has failed ones, later ones may be complete. */
            backups: {
                complete: number;
                in_progress: number;
                failed: number;
                last_completed_at?: components["schemas"]["Timestamp"];
            };
            counted_at: components["schemas"]["Timestamp"];
            /** @description Streams that are open. */
            active_streams: number;
            /** @description Answers that are being written. */
            active_generations: number;
            /** @description Since the start, as the providers of the models counted them. Not all of them count. */
            tokens: {
                prompt: number;
                completion: number;
            };
            /** @description Of the last minute. */
            requests: {
                per_second: number;
                /** @description Those that were answered with a 5xx. */
                failures_per_second: number;
                /** @description How long answers took, without streams. Absent if there were none. */
                latency_ms?: {
                    p50: number;
                    p95: number;
                    p99: number;
                };
            };
            event_loop: {
                /** @description How late things happen in the process, over the last half minute. */
                lag_ms: {
                    p50: number;
                    p99: number;
                    max: number;
                };
            };
            memory: {
                rss_bytes: number;
                heap_used_bytes: number;
                heap_total_bytes: number;
                external_bytes: number;
            };
            database: {
                /** @enum {string} */
                name: "sqlite" | "postgresql";
                pools: components["schemas"]["PoolStatus"][];
            };
            models: components["schemas"]["ModelStatus"][];
            /** @description The files of the config folder, as this process has read them. */
            config: {
                /** @description What is wrong with them now. What they said last, when they were whole, is in force. */
                faults: components["schemas"]["ConfigFault"][];
            };
            processes: components["schemas"]["ProcessStatus"][];
        };
        /** @description Something that is wrong with a file of the config folder. It holds no secrets. */
        ConfigFault: {
            /** @description Where the file is in the config folder. */
            path: string;
            /** @description Absent where the file itself is what is wrong. */
            line?: number;
            /** @description One sentence, saying what to write instead. */
            detail: string;
        };
        /** @description Connections to the database. */
        PoolStatus: {
            /** @enum {string} */
            name: "read" | "write" | "counting";
            used: number;
            free: number;
            /** @description Requests that have no connection yet. */
            waiting: number;
            max: number;
        };
        /** @description How a model does. */
        ModelStatus: {
            name: string;
            /** @description Whether it can be asked now. */
            available: boolean;
            /** @description Why it is not available, and what to do about it. */
            reason?: string;
            /**
             * @description What became of the last question to it. `unknown` if nobody has asked since the start.
             * @enum {string}
             */
            state: "unknown" | "ok" | "failing";
            last_success_at?: components["schemas"]["Timestamp"];
            last_failure?: {
                at: components["schemas"]["Timestamp"];
                /** @description The code of the problem, or `incomplete` where the model broke off. */
                code: string;
            };
            /** @description Where it is asked. Absent for a model that needs none, or whose file lacks something. */
            endpoints?: components["schemas"]["EndpointStatus"][];
        };
        /** @description How an endpoint of a model does. */
        EndpointStatus: {
            /** @description Its `base_url`, without a query. */
            address: string;
            /**
             * @description What became of the last question to it. `unknown` if nobody has asked since the start.
             * @enum {string}
             */
            state: "unknown" | "ok" | "failing";
            /** @description It has failed too often, and the others are asked until then. */
            paused_until?: components["schemas"]["Timestamp"];
        };
        /** @description A process that serves this installation. */
        ProcessStatus: {
            id: components["schemas"]["Id"];
            /** @description Whether it is the one that answers. */
            current: boolean;
            /** @description Answers that it is writing. */
            generations: number;
        };
    };
    responses: {
        /** @description What you have, as `If-None-Match` says, is still the same. */
        NotModified: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                ETag: components["headers"]["EntityTag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /**
         * @description `invalid-json`: the body is not valid JSON.
         *     `invalid-body`: the body cannot be decompressed.
         */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid-body`: the body cannot be decompressed, or is not UTF-8. */
        UnreadableForm: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthorized`: the access token is missing, invalid or expired, or its session has ended. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "WWW-Authenticate": components["headers"]["Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid-credentials`: no account has this username or e-mail address and this password. */
        InvalidCredentials: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "WWW-Authenticate": components["headers"]["Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `invalid-refresh-token`: this is not a refresh token, or it has expired, was used before, or its session has
         *     ended. Sign in again.
         */
        InvalidRefreshToken: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "WWW-Authenticate": components["headers"]["Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthorized`: you ask from another machine, or through a proxy, and without the token. */
        MetricsUnauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "WWW-Authenticate": components["headers"]["Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `forbidden`: only administrators may do this. */
        AdministratorsOnly: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `registration-closed`: this server takes no registrations. Ask its administrator for an account. */
        RegistrationClosed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not-found`: there is no such page or file. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `conversation-not-found`: you have no conversation with this id. */
        ConversationNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `message-not-found`: you have no message with this id. */
        MessageNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `conversation-not-found`: you have no conversation with this id.
         *     `message-not-found`: you have no message with this id.
         */
        ConversationOrMessageNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `device-not-found`: you have no device with this id. */
        DeviceNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `device-not-found`: you have no device with this id.
         *     `session-not-found`: nobody is signed in on this device of yours.
         */
        SessionNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `adapter-not-found`: there is no adapter of this name. */
        AdapterNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `email-taken`: another account has this e-mail address.
         *     `username-taken`: another account has this username.
         */
        EmailOrUsernameTaken: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `conversation-busy`: this conversation is being answered. `message_id` names the running answer. */
        ConversationBusy: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `backup-not-found`: you have no backup with this id. */
        BackupNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `backup-not-ready`: the backup is still being made, or failed: there is no archive. */
        BackupNotReady: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too-many-backups`: as many backups are being made of your account as may be. Wait for one of them. */
        TooManyBackups: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid-range`: the archive ends before the part that was asked for. */
        RangeNotSatisfiable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `archive-invalid`: the archive is damaged, and nothing of it can be trusted.
         *     `archive-too-new`: a later version of the server wrote it.
         */
        DamagedArchive: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `restore-running`: something is being restored to this account already.
         *     `backup-not-ready`: the backup is still being made, or failed: there is no archive.
         *     `account-busy`: the account was written to again and again while it was to be replaced, or what is to be restored was
         *     deleted meanwhile.
         */
        CannotRestore: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `invalid-request`: a field is wrong or unknown; `errors` names each.
         *     `archive-invalid`: the archive is damaged, or contradicts itself or the account.
         *     `archive-too-new`: a later version of the server wrote it.
         *     `backup-encrypted`: the archive is encrypted, and this server has no key.
         *     `restore-too-large`: so much would change in one moment that everybody else would wait for it.
         */
        UnusableArchive: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `import-running`: a file is being imported into this account. Wait until it is done. */
        ImportRunning: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `upload-running`: another archive of this account is being sent. Wait until it has arrived. */
        UploadRunning: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `no-export`: the file holds no conversations in a form that this server knows. Nothing was stored. */
        NoExport: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid-body`: the body cannot be decompressed as its `Content-Encoding` says. */
        UndecodableBody: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `config-read-only`: the server cannot write in its config folder. Change the files where they come from. */
        ConfigReadOnly: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `payload-too-large`: the body is larger than this server accepts. */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported-media-type`: send the body as `application/json`. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported-media-type`: send the body as `application/x-www-form-urlencoded`. */
        FormExpected: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid-request`: a field or parameter is missing, wrong or unknown; `errors` names each. */
        UnprocessableContent: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `invalid-request`: a parameter is wrong; `errors` names each.
         *     `invalid-cursor`: the cursor did not come from here.
         */
        UnusableCursor: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `invalid-request`: a field or header is missing, wrong or unknown.
         *     `unknown-model`: there is no model of this name; `errors` points at `/model`, and `listModels` lists them.
         *     `idempotency-mismatch`: this `Idempotency-Key` was used with a different body.
         */
        UnusableChatRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `unknown-model`: this server lists no model with the name in `default_model`.
         *     `invalid-request`: a field is wrong or unknown; `errors` names each.
         */
        UnusablePreferences: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal-error`: the server failed in a way nobody foresaw. Its log says how, under the request id. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too-many-requests`: wait `Retry-After` seconds. `RateLimit-Policy` says how many requests are fine. */
        TooManyRequests: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `too-many-requests`: wait `Retry-After` seconds.
         *     `too-many-streams`: the account has as many streams open as it may; close one first.
         */
        TooManyRequestsOrStreams: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `database-unavailable`: the database does not answer. Try again after `Retry-After` seconds. */
        ServiceUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `storage-unavailable`: what keeps the archives does not answer, or is full.
         *     `database-unavailable`: the database does not answer. Try again after `Retry-After` seconds.
         */
        StorageUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `busy`: as many archives are being read as may be.
         *     `draining`: this server is shutting down. Try again after `Retry-After` seconds.
         *     `storage-unavailable`: what keeps the archives does not answer, or is full.
         *     `database-unavailable`: the database does not answer. Try again after `Retry-After` seconds.
         */
        CannotReadArchive: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `busy`: a backup of the account is still being made.
         *     `storage-unavailable`: what keeps the archives does not answer.
         *     `database-unavailable`: the database does not answer.
         *     The account is gone already, and what is left of it is deleted as soon as that can be done.
         */
        NotAllDeleted: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `busy`: too many passwords are being hashed at this moment.
         *     `database-unavailable`: the database does not answer. Try again after `Retry-After` seconds.
         */
        HashingBusy: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `model-unavailable`: the model is not set up on this server; `detail` says which variable to set.
         *     `draining`: this server is shutting down. Try again after `Retry-After` seconds.
         *     `database-unavailable`: the database does not answer. Try again after `Retry-After` seconds.
         */
        CannotAnswer: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not-ready`: the server should get no requests now; `detail` names the check that failed. */
        NotReady: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description Which device is signing in, in printable ASCII; choose it once and keep it. Neither `.` nor `..`, which an address
         *     cannot name. Without it the device is told apart by its User-Agent. For example `disp1`.
         */
        DeviceId: string;
        /**
         * @description The id of a device, percent-encoded.
         * @example disp1
         */
        DeviceIdInPath: string;
        /**
         * @description What the owner of the account calls the device, such as `Laptop personal`. Without it a name is made from the
         *     User-Agent.
         */
        DeviceName: string;
        /**
         * @description A value of your own, in printable ASCII, that is new for each thing you want done. A second request with the same
         *     key within 24 hours starts nothing: it streams the answer that the first one started, from the beginning. For
         *     example a UUID: `7d0b5c1e-2f3a-4b6c-8d9e-0a1b2c3d4e5f`.
         */
        IdempotencyKey: string;
        /** @description The `id` of the last event you received. The stream goes on after it. */
        LastEventId: string;
        /**
         * @description The `id` of a conversation.
         * @example 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b
         */
        ConversationId: string;
        /**
         * @description The `name` of an adapter.
         * @example slack
         */
        AdapterName: string;
        /**
         * @description The `backup_id` of a backup.
         * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
         */
        BackupId: string;
        /** @description The part to send, such as `bytes=1048576-`. Other units, and several parts at once, get the whole. */
        Range: string;
        /** @description The `ETag` of the archive that the part is of; of another one, the whole is sent. */
        IfRange: string;
        /**
         * @description The `id` of the answer, as each of its events carries it in `message_id`.
         * @example 0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d
         */
        MessageId: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Names this request in the server's log. Quote it when you report a problem.
         * @example 0197ef20-3cff-7d3b-9f21-7a8b9c0d1e2f
         */
        RequestId: string;
        /**
         * @description Send it back as `If-None-Match`, to be told with 304 that what you have is still the same.
         * @example W/"0f1e2d3c4b5a6978"
         */
        EntityTag: string;
        /**
         * @description Where the backup tells how it goes on.
         * @example /sync/backup/0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
         */
        BackupLocation: string;
        /** @description Parts can be asked for, in bytes. */
        AcceptRanges: "bytes";
        /**
         * @description Which part it is, and how long the whole is.
         * @example bytes 1048576-4194303/4194304
         */
        ContentRange: string;
        /**
         * @description A name for the file.
         * @example attachment; filename="vektor-2025-07-09T12-00-00Z.tar.gz"
         */
        ArchiveName: string;
        /**
         * @description The checksum of the whole archive. What is stored under one id never changes.
         * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
         */
        ArchiveTag: string;
        /**
         * @description The SHA-256 of the whole archive (RFC 9530).
         * @example sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:
         */
        ArchiveDigest: string;
        /**
         * @description Where the next page is (RFC 8288). Absent on the last page, and without `limit`.
         * @example </chat/history?limit=50&cursor=eyJ1IjoxNzUyMDcwODAzfQ>; rel="next"
         */
        NextPage: string;
        /**
         * @description What to call the file (RFC 6266).
         * @example attachment; filename="Saludos.md"
         */
        Attachment: string;
        /**
         * @description The cookie for `followChat`. Scripts cannot read it, and it is sent to `/chat/stream` only.
         * @example vektor_stream=bWFkZSB1cA; Path=/chat/stream; HttpOnly; SameSite=Strict
         */
        StreamCookie: string;
        /**
         * @description How to authenticate (RFC 6750).
         * @example Bearer
         */
        Authenticate: string;
        /**
         * @description How many requests are left (`r`) under which policy, and in how many seconds (`t`) its window ends
         *     (draft-ietf-httpapi-ratelimit-headers). Absent where nothing was counted.
         * @example "account";r=1184;t=52
         */
        RateLimit: string;
        /**
         * @description The policy that counted this request: how many requests (`q`) in how many seconds (`w`). `account` counts what one
         *     account asks, `address` what one address asks without being signed in, `page` what it asks of the pages and of the
         *     numbers, where each server counts for itself; `sign-in`, `registration` and `refresh` count these alone.
         * @example "account";q=1200;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description How many seconds to wait before trying again. Absent when waiting does not help.
         * @example 5
         */
        RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    registerAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "usuario@dominio.com",
                 *       "username": "nombre_usuario",
                 *       "password": "ContraseñaSegura123"
                 *     }
                 */
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description The account was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b13",
                     *       "email": "usuario@dominio.com",
                     *       "username": "nombre_usuario",
                     *       "role": "user",
                     *       "created_at": "2025-07-09T12:34:56Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["RegistrationClosed"];
            409: components["responses"]["EmailOrUsernameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description `invalid-request`: a field is missing, wrong or unknown, or the password is too short or too common. */
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["HashingBusy"];
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Which device is signing in, in printable ASCII; choose it once and keep it. Neither `.` nor `..`, which an address
                 *     cannot name. Without it the device is told apart by its User-Agent. For example `disp1`.
                 */
                "X-Device-Id"?: components["parameters"]["DeviceId"];
                /**
                 * @description What the owner of the account calls the device, such as `Laptop personal`. Without it a name is made from the
                 *     User-Agent.
                 */
                "X-Device-Name"?: components["parameters"]["DeviceName"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "tu_email@ejemplo.com",
                 *       "password": "tu_contraseña"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["LoginForm"];
            };
        };
        responses: {
            /** @description You are signed in. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Set-Cookie": components["headers"]["StreamCookie"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9…",
                     *       "token_type": "bearer",
                     *       "expires_in": 3600,
                     *       "refresh_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…",
                     *       "refresh_expires_in": 2592000
                     *     }
                     */
                    "application/json": components["schemas"]["TokenSet"];
                };
            };
            400: components["responses"]["UnreadableForm"];
            401: components["responses"]["InvalidCredentials"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["FormExpected"];
            422: components["responses"]["UnprocessableContent"];
            /**
             * @description `too-many-requests`: too many people sign in from this address, or too many wrong passwords were tried: wait
             *     `Retry-After` seconds. Devices and addresses that have signed in to the account before do not wait for what
             *     others try.
             */
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            /**
             * @description `busy`: too many passwords are being checked at this moment.
             *     `database-unavailable`: the database does not answer. Try again after `Retry-After` seconds.
             */
            503: components["responses"]["HashingBusy"];
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The new tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "nuevo_access_token",
                     *       "token_type": "bearer",
                     *       "expires_in": 3600,
                     *       "refresh_token": "nuevo_refresh_token",
                     *       "refresh_expires_in": 2592000
                     *     }
                     */
                    "application/json": components["schemas"]["TokenSet"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidRefreshToken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "token_a_invalidar"
                 *     }
                 */
                "application/json": components["schemas"]["LogoutRequest"];
            };
        };
        responses: {
            /** @description The token is good for nothing any more. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Logout successful"
                     *     }
                     */
                    "application/json": components["schemas"]["LogoutConfirmation"];
                };
            };
            400: components["responses"]["BadRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    followChat: {
        parameters: {
            query?: {
                /** @description Follow the answer being written in this conversation. Not together with `message_id`. */
                conversation_id?: string;
                /** @description Follow this answer. Not together with `conversation_id`. */
                message_id?: string;
            };
            header?: {
                /** @description The `id` of the last event you received. The stream goes on after it. */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A series of SSE events, each with one `ChatEvent` as its `data`, as described for `streamChat`. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ChatEvent"];
                };
            };
            /**
             * @description With `conversation_id` or `message_id` only: there is nothing to follow. `Last-Event-ID` names the last event of
             *     the answer, or there is no `Last-Event-ID` and nothing is running. `EventSource` does not reconnect after it.
             */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            /**
             * @description `conversation-not-found`: you have no conversation with this `conversation_id`.
             *     `message-not-found`: you have no message with this `message_id`.
             */
            404: components["responses"]["ConversationOrMessageNotFound"];
            /**
             * @description `invalid-request`: `conversation_id` and `message_id` were both given, or a parameter is wrong.
             *     `invalid-cursor`: `Last-Event-ID` is not a cursor of this stream.
             */
            422: components["responses"]["UnusableCursor"];
            429: components["responses"]["TooManyRequestsOrStreams"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    streamChat: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A value of your own, in printable ASCII, that is new for each thing you want done. A second request with the same
                 *     key within 24 hours starts nothing: it streams the answer that the first one started, from the beginning. For
                 *     example a UUID: `7d0b5c1e-2f3a-4b6c-8d9e-0a1b2c3d4e5f`.
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatRequest"];
            };
        };
        responses: {
            /**
             * @description A series of SSE events, each with one `ChatEvent` as its `data`: the messages you sent, `start`, `delta`s, and
             *     one `done` or `error`.
             */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ChatEvent"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /**
             * @description `conversation-not-found`: you have no conversation with this `conversation_id`.
             *     `message-not-found`: it has no message with this `parent_id`.
             */
            404: components["responses"]["ConversationOrMessageNotFound"];
            /**
             * @description `conversation-busy`: this conversation is being answered. `message_id` names the running answer: follow it, or
             *     cancel it, and then send again.
             */
            409: components["responses"]["ConversationBusy"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnusableChatRequest"];
            429: components["responses"]["TooManyRequestsOrStreams"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotAnswer"];
        };
    };
    cancelGeneration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the answer, as each of its events carries it in `message_id`.
                 * @example 0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d
                 */
                message_id: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message as it is now that it has ended. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d",
                     *       "role": "assistant",
                     *       "content": "¡Hola! Muy bien,",
                     *       "created_at": "2025-07-09T14:20:00Z",
                     *       "parent_id": "0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e",
                     *       "model": "gpt-4-stream",
                     *       "status": "cancelled",
                     *       "finish_reason": "cancelled"
                     *     }
                     */
                    "application/json": components["schemas"]["Message"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["MessageNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listConversations: {
        parameters: {
            query?: {
                /** @description How many conversations to send at most. */
                limit?: number;
                /** @description Where the page begins. Take it from the `Link` header of the page before. */
                cursor?: string;
                /** @description Words to look for, in messages and titles, such as `canon grande`. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your conversations, without their messages. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Link: components["headers"]["NextPage"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b",
                     *         "title": "Hola, ¿cómo estás?",
                     *         "model": "gpt-4-stream",
                     *         "message_count": 2,
                     *         "created_at": "2025-07-09T14:20:00Z",
                     *         "updated_at": "2025-07-09T14:20:03Z"
                     *       },
                     *       {
                     *         "id": "0197ea0c-2a00-7f61-8e4d-1b2c3d4e5f60",
                     *         "title": null,
                     *         "model": "gpt-3.5-turbo",
                     *         "message_count": 4,
                     *         "created_at": "2025-07-08T10:00:00Z",
                     *         "updated_at": "2025-07-08T10:05:41Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Conversation"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            /**
             * @description `invalid-request`: a parameter is wrong.
             *     `invalid-cursor`: `cursor` did not come from a `Link` header of this list.
             */
            422: components["responses"]["UnusableCursor"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exportHistory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your conversations, with all their messages. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Content-Disposition": components["headers"]["Attachment"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "format": "vektor-conversation",
                     *         "version": 1,
                     *         "id": "0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b",
                     *         "title": "Saludos",
                     *         "model": "gpt-4-stream",
                     *         "system": null,
                     *         "created_at": "2025-07-09T14:20:00Z",
                     *         "updated_at": "2025-07-09T14:20:03Z",
                     *         "current_message_id": "0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d",
                     *         "messages": [
                     *           {
                     *             "id": "0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e",
                     *             "role": "user",
                     *             "content": "¡Hola!",
                     *             "created_at": "2025-07-09T14:20:00Z",
                     *             "parent_id": null,
                     *             "status": "completed"
                     *           },
                     *           {
                     *             "id": "0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d",
                     *             "role": "assistant",
                     *             "content": "¡Hola, ¿en qué puedo ayudarte?",
                     *             "created_at": "2025-07-09T14:20:00Z",
                     *             "parent_id": "0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e",
                     *             "model": "gpt-4-stream",
                     *             "status": "completed",
                     *             "finish_reason": "stop"
                     *           }
                     *         ]
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ConversationExport"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    importHistory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | Record<string, never>[];
                "application/zip": string;
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description What became of each conversation of the file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "source_id": "6863f5a1-9d3c-8005-9f64-0b1e2d3c4b5a",
                     *         "title": "Trip to Cádiz",
                     *         "status": "imported",
                     *         "conversation_id": "0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b",
                     *         "new_messages": 12
                     *       },
                     *       {
                     *         "source_id": "6863f5a1-9d3c-8005-9f64-0b1e2d3c4b5b",
                     *         "title": null,
                     *         "status": "refused",
                     *         "reason": "There is nothing in it."
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ImportReport"][];
                };
            };
            400: components["responses"]["UndecodableBody"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["ImportRunning"];
            413: components["responses"]["PayloadTooLarge"];
            /** @description `unsupported-media-type`: send the file as `application/json`, `application/zip` or `application/octet-stream`. */
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["NoExport"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            /**
             * @description `busy`: as many files are being imported as this server can do at once, or it has no room for this one.
             *     `database-unavailable`: the database does not answer. Try again after `Retry-After` seconds.
             */
            503: components["responses"]["HashingBusy"];
        };
    };
    getConversation: {
        parameters: {
            query?: {
                /** @description With true, the messages of all branches. */
                tree?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description The `id` of a conversation.
                 * @example 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b
                 */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conversation. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b",
                     *       "title": "Saludos",
                     *       "model": "gpt-4-stream",
                     *       "created_at": "2025-07-09T14:20:00Z",
                     *       "updated_at": "2025-07-09T14:20:03Z",
                     *       "current_message_id": "0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d",
                     *       "messages": [
                     *         {
                     *           "id": "0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e",
                     *           "role": "user",
                     *           "content": "¡Hola!",
                     *           "created_at": "2025-07-09T14:20:00Z",
                     *           "parent_id": null,
                     *           "status": "completed"
                     *         },
                     *         {
                     *           "id": "0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d",
                     *           "role": "assistant",
                     *           "content": "¡Hola, ¿en qué puedo ayudarte?",
                     *           "created_at": "2025-07-09T14:20:00Z",
                     *           "parent_id": "0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e",
                     *           "model": "gpt-4-stream",
                     *           "status": "completed",
                     *           "finish_reason": "stop",
                     *           "usage": {
                     *             "prompt_tokens": 4,
                     *             "completion_tokens": 9,
                     *             "total_tokens": 13
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConversationDetail"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["ConversationNotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of a conversation.
                 * @example 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b
                 */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conversation is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["ConversationNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of a conversation.
                 * @example 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b
                 */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversationUpdate"];
            };
        };
        responses: {
            /** @description The conversation as it is now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b",
                     *       "title": "Saludos",
                     *       "model": "gpt-4-stream",
                     *       "message_count": 2,
                     *       "created_at": "2025-07-09T14:20:00Z",
                     *       "updated_at": "2025-07-09T14:20:03Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /**
             * @description `conversation-not-found`: you have no conversation with this id.
             *     `message-not-found`: it has no message with this `current_message_id`.
             */
            404: components["responses"]["ConversationOrMessageNotFound"];
            /**
             * @description `conversation-busy`: its branch cannot be changed while it is being answered. `message_id` names the running
             *     answer: wait for it, or cancel it.
             */
            409: components["responses"]["ConversationBusy"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exportConversation: {
        parameters: {
            query?: {
                /** @description What kind of file to send. */
                format?: "md" | "json" | "html";
                /** @description With true and `format=json`, the messages of all branches; otherwise those of the active one. */
                tree?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description The `id` of a conversation.
                 * @example 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b
                 */
                conversation_id: components["parameters"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conversation, as a file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Content-Disposition": components["headers"]["Attachment"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # Saludos
                     *
                     *     - Date: 2025-07-09 14:20 UTC
                     *     - Model: gpt-4-stream
                     *
                     *     ## User
                     *
                     *     ¡Hola!
                     *
                     *     ## Assistant
                     *
                     *     ¡Hola, ¿en qué puedo ayudarte?
                     */
                    "text/markdown": string;
                    "text/html": string;
                    /**
                     * @example {
                     *       "format": "vektor-conversation",
                     *       "version": 1,
                     *       "id": "0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b",
                     *       "title": "Saludos",
                     *       "model": "gpt-4-stream",
                     *       "system": null,
                     *       "created_at": "2025-07-09T14:20:00Z",
                     *       "updated_at": "2025-07-09T14:20:03Z",
                     *       "current_message_id": "0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d",
                     *       "messages": [
                     *         {
                     *           "id": "0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e",
                     *           "role": "user",
                     *           "content": "¡Hola!",
                     *           "created_at": "2025-07-09T14:20:00Z",
                     *           "parent_id": null,
                     *           "status": "completed"
                     *         },
                     *         {
                     *           "id": "0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d",
                     *           "role": "assistant",
                     *           "content": "¡Hola, ¿en qué puedo ayudarte?",
                     *           "created_at": "2025-07-09T14:20:00Z",
                     *           "parent_id": "0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e",
                     *           "model": "gpt-4-stream",
                     *           "status": "completed",
                     *           "finish_reason": "stop"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConversationExport"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["ConversationNotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "name": "gpt-4-stream",
                     *         "description": "GPT-4 con streaming SSE",
                     *         "available": true
                     *       },
                     *       {
                     *         "name": "gpt-3.5-turbo",
                     *         "description": "Turbo sin streaming",
                     *         "available": false,
                     *         "reason": "Set OPENAI_API_KEY."
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Model"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getCurrentUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your profile. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b13",
                     *       "email": "usuario@dominio.com",
                     *       "username": "nombre_usuario",
                     *       "avatar_url": null,
                     *       "role": "user",
                     *       "created_at": "2025-07-09T12:34:56Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CurrentUser"];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateCurrentUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "nuevo@dominio.com",
                 *       "username": "nuevo_nombre",
                 *       "avatar_url": "https://..."
                 *     }
                 */
                "application/json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description The profile was updated. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Perfil actualizado"
                     *     }
                     */
                    "application/json": components["schemas"]["UserUpdateConfirmation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["EmailOrUsernameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteCurrentUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["NotAllDeleted"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "current_password": "Vieja123",
                 *       "new_password": "Nueva456"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description The password was changed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Contraseña cambiada"
                     *     }
                     */
                    "application/json": components["schemas"]["PasswordChangeConfirmation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /**
             * @description `invalid-request`: the current password is another one (`/current_password`), or the new one is too short or too
             *     common (`/new_password`), or a field is missing or unknown.
             */
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["HashingBusy"];
        };
    };
    getPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your preferences. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "theme": "dark",
                     *       "notifications": true,
                     *       "language": "es",
                     *       "default_model": null,
                     *       "backup_schedule": null,
                     *       "backup_keep": null,
                     *       "backup_recipients": []
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updatePreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "theme": "light",
                 *       "notifications": false
                 *     }
                 */
                "application/json": components["schemas"]["PreferencesUpdate"];
            };
        };
        responses: {
            /** @description The preferences were updated. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Preferencias actualizadas"
                     *     }
                     */
                    "application/json": components["schemas"]["PreferencesUpdateConfirmation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnusablePreferences"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The other devices that are signed in. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "device_id": "disp2",
                     *         "last_sync": "2025-07-09T09:30:00Z",
                     *         "name": "Teléfono",
                     *         "created_at": "2025-07-02T18:00:00Z"
                     *       },
                     *       {
                     *         "device_id": "disp1",
                     *         "last_sync": "2025-07-09T08:00:00Z",
                     *         "name": "Laptop personal",
                     *         "created_at": "2025-07-08T07:30:00Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["SignedInDevice"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a device, percent-encoded.
                 * @example disp1
                 */
                device_id: components["parameters"]["DeviceIdInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device is signed out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["SessionNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The devices. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "disp1",
                     *         "name": "Laptop personal",
                     *         "last_seen": "2025-07-09T08:00:00Z",
                     *         "current": true
                     *       },
                     *       {
                     *         "id": "disp2",
                     *         "name": "Teléfono",
                     *         "last_seen": "2025-07-09T07:30:00Z",
                     *         "current": false
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Device"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a device, percent-encoded.
                 * @example disp1
                 */
                device_id: components["parameters"]["DeviceIdInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device is forgotten. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["DeviceNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of a device, percent-encoded.
                 * @example disp1
                 */
                device_id: components["parameters"]["DeviceIdInPath"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Laptop personal"
                 *     }
                 */
                "application/json": components["schemas"]["DeviceUpdate"];
            };
        };
        responses: {
            /** @description The device with its new name. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "disp1",
                     *       "name": "Laptop personal",
                     *       "last_seen": "2025-07-09T08:00:00Z",
                     *       "current": true
                     *     }
                     */
                    "application/json": components["schemas"]["Device"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["DeviceNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listBackups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backups. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "backup_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *         "task_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *         "status": "completed",
                     *         "origin": "requested",
                     *         "created_at": "2025-07-09T12:00:00Z",
                     *         "completed_at": "2025-07-09T12:00:04Z",
                     *         "progress": 1,
                     *         "counts": {
                     *           "conversations": 42,
                     *           "messages": 1312
                     *         },
                     *         "size": 412563,
                     *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "encrypted": false
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Backup"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createBackup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["BackupRequest"];
            };
        };
        responses: {
            /** @description The backup is being made. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["BackupLocation"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "backup_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "task_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "status": "in_progress",
                     *       "origin": "requested",
                     *       "created_at": "2025-07-09T12:00:00Z",
                     *       "progress": 0,
                     *       "counts": {
                     *         "conversations": 0,
                     *         "messages": 0
                     *       },
                     *       "encrypted": false
                     *     }
                     */
                    "application/json": components["schemas"]["Backup"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["TooManyBackups"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    uploadBackup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/gzip": string;
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description The archive is whole, and kept. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["BackupLocation"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "backup_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "task_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "status": "completed",
                     *       "origin": "uploaded",
                     *       "created_at": "2025-07-09T12:00:00Z",
                     *       "completed_at": "2025-07-10T08:00:00Z",
                     *       "progress": 1,
                     *       "counts": {
                     *         "conversations": 42,
                     *         "messages": 1312
                     *       },
                     *       "size": 412563,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "encrypted": false
                     *     }
                     */
                    "application/json": components["schemas"]["Backup"];
                };
            };
            400: components["responses"]["UndecodableBody"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["BackupNotFound"];
            409: components["responses"]["UploadRunning"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnusableArchive"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotReadArchive"];
        };
    };
    getBackup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `backup_id` of a backup.
                 * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
                 */
                backup_id: components["parameters"]["BackupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backup. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "backup_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "task_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "status": "completed",
                     *       "origin": "requested",
                     *       "created_at": "2025-07-09T12:00:00Z",
                     *       "completed_at": "2025-07-09T12:00:04Z",
                     *       "progress": 1,
                     *       "counts": {
                     *         "conversations": 42,
                     *         "messages": 1312
                     *       },
                     *       "size": 412563,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "encrypted": false
                     *     }
                     */
                    "application/json": components["schemas"]["Backup"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["BackupNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteBackup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `backup_id` of a backup.
                 * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
                 */
                backup_id: components["parameters"]["BackupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backup is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["BackupNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StorageUnavailable"];
        };
    };
    downloadBackup: {
        parameters: {
            query?: never;
            header?: {
                /** @description The part to send, such as `bytes=1048576-`. Other units, and several parts at once, get the whole. */
                Range?: components["parameters"]["Range"];
                /** @description The `ETag` of the archive that the part is of; of another one, the whole is sent. */
                "If-Range"?: components["parameters"]["IfRange"];
            };
            path: {
                /**
                 * @description The `backup_id` of a backup.
                 * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
                 */
                backup_id: components["parameters"]["BackupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole archive. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Accept-Ranges": components["headers"]["AcceptRanges"];
                    "Content-Disposition": components["headers"]["ArchiveName"];
                    ETag: components["headers"]["ArchiveTag"];
                    "Repr-Digest": components["headers"]["ArchiveDigest"];
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": unknown;
                    "application/octet-stream": unknown;
                };
            };
            /** @description A part of the archive. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Accept-Ranges": components["headers"]["AcceptRanges"];
                    "Content-Disposition": components["headers"]["ArchiveName"];
                    "Content-Range": components["headers"]["ContentRange"];
                    ETag: components["headers"]["ArchiveTag"];
                    "Repr-Digest": components["headers"]["ArchiveDigest"];
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": unknown;
                    "application/octet-stream": unknown;
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["BackupNotFound"];
            409: components["responses"]["BackupNotReady"];
            416: components["responses"]["RangeNotSatisfiable"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StorageUnavailable"];
        };
    };
    verifyBackup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `backup_id` of a backup.
                 * @example 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a
                 */
                backup_id: components["parameters"]["BackupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive is whole. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "backup_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "task_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "status": "completed",
                     *       "origin": "requested",
                     *       "created_at": "2025-07-09T12:00:00Z",
                     *       "completed_at": "2025-07-09T12:00:04Z",
                     *       "progress": 1,
                     *       "counts": {
                     *         "conversations": 42,
                     *         "messages": 1312
                     *       },
                     *       "size": 412563,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "encrypted": false
                     *     }
                     */
                    "application/json": components["schemas"]["Backup"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["BackupNotFound"];
            409: components["responses"]["BackupNotReady"];
            422: components["responses"]["DamagedArchive"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotReadArchive"];
        };
    };
    restoreBackup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "backup_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a"
                 *     }
                 */
                "application/json": components["schemas"]["RestoreRequest"];
            };
        };
        responses: {
            /** @description It is restored, or would be. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Restauración completada",
                     *       "backup_id": "0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a",
                     *       "mode": "merge",
                     *       "dry_run": false,
                     *       "restored": {
                     *         "conversations_added": 3,
                     *         "conversations_changed": 1,
                     *         "conversations_removed": 0,
                     *         "messages_added": 18,
                     *         "messages_changed": 0,
                     *         "messages_removed": 0,
                     *         "preferences": []
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RestoreReport"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["BackupNotFound"];
            409: components["responses"]["CannotRestore"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnusableArchive"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotReadArchive"];
        };
    };
    listModelConfigs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries, in the order of the file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "name": "gpt-4-stream",
                     *         "path": "models/gpt4.json"
                     *       },
                     *       {
                     *         "name": "gpt-3.5-turbo",
                     *         "path": "models/gpt35.json"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ModelConfig"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AdministratorsOnly"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMcpServers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The servers, in the order of the file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "url": "https://mcp1.vektor.ai",
                     *         "weight": 1
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["McpServer"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AdministratorsOnly"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAdapters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The adapters, without their settings. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "name": "slack",
                     *         "path": "app/slack.json",
                     *         "type": "slack",
                     *         "active": false
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Adapter"][];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AdministratorsOnly"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    saveAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "nuevo_servicio",
                 *       "settings": {
                 *         "type": "webhook",
                 *         "url": "https://example.com/hooks/7f3a"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AdapterDefinition"];
            };
        };
        responses: {
            /** @description The adapter was saved, whether it is new or not. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Adaptador guardado"
                     *     }
                     */
                    "application/json": components["schemas"]["AdapterConfirmation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AdministratorsOnly"];
            409: components["responses"]["ConfigReadOnly"];
            /** @description `payload-too-large`: the body is larger than this server accepts, or the settings than 65536 bytes. */
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `name` of an adapter.
                 * @example slack
                 */
                name: components["parameters"]["AdapterName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The adapter. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "slack",
                     *       "path": "app/slack.json",
                     *       "type": "slack",
                     *       "active": false,
                     *       "settings": {
                     *         "type": "slack",
                     *         "url": "https://hooks.slack.com/[secret]",
                     *         "channel": "#general"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AdapterDetail"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AdministratorsOnly"];
            404: components["responses"]["AdapterNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `name` of an adapter.
                 * @example slack
                 */
                name: components["parameters"]["AdapterName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The adapter is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AdministratorsOnly"];
            404: components["responses"]["AdapterNotFound"];
            409: components["responses"]["ConfigReadOnly"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            500: components["responses"]["InternalError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server is ready. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "checks": {
                     *         "database": "ok",
                     *         "migrations": "ok",
                     *         "disk": "ok"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            500: components["responses"]["InternalError"];
            503: components["responses"]["NotReady"];
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "0.1.0",
                     *       "started_at": "2025-07-09T12:00:00Z",
                     *       "uptime_seconds": 8421,
                     *       "users": 12,
                     *       "conversations": 340,
                     *       "messages": 2961,
                     *       "backups": {
                     *         "complete": 84,
                     *         "in_progress": 0,
                     *         "failed": 0,
                     *         "last_completed_at": "2025-07-09T03:00:07Z"
                     *       },
                     *       "counted_at": "2025-07-09T14:20:18Z",
                     *       "active_streams": 3,
                     *       "active_generations": 1,
                     *       "tokens": {
                     *         "prompt": 18211,
                     *         "completion": 40372
                     *       },
                     *       "requests": {
                     *         "per_second": 4.2,
                     *         "failures_per_second": 0,
                     *         "latency_ms": {
                     *           "p50": 1.4,
                     *           "p95": 6.1,
                     *           "p99": 14.2
                     *         }
                     *       },
                     *       "event_loop": {
                     *         "lag_ms": {
                     *           "p50": 0.3,
                     *           "p99": 2.1,
                     *           "max": 11.7
                     *         }
                     *       },
                     *       "memory": {
                     *         "rss_bytes": 96468992,
                     *         "heap_used_bytes": 33554432,
                     *         "heap_total_bytes": 44040192,
                     *         "external_bytes": 4194304
                     *       },
                     *       "database": {
                     *         "name": "sqlite",
                     *         "pools": [
                     *           {
                     *             "name": "read",
                     *             "used": 0,
                     *             "free": 2,
                     *             "waiting": 0,
                     *             "max": 3
                     *           },
                     *           {
                     *             "name": "write",
                     *             "used": 1,
                     *             "free": 0,
                     *             "waiting": 0,
                     *             "max": 1
                     *           }
                     *         ]
                     *       },
                     *       "models": [
                     *         {
                     *           "name": "gpt-4-stream",
                     *           "available": true,
                     *           "state": "ok",
                     *           "last_success_at": "2025-07-09T14:19:57Z",
                     *           "endpoints": [
                     *             {
                     *               "address": "https://api.openai.com/v1",
                     *               "state": "ok"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "config": {
                     *         "faults": [
                     *           {
                     *             "path": "app/slack.json",
                     *             "line": 3,
                     *             "detail": "There is a comma too many before }. Write strict JSON, such as {\"type\": \"webhook\"}."
                     *           }
                     *         ]
                     *       },
                     *       "processes": [
                     *         {
                     *           "id": "0197ef10-0a00-7c11-9d2e-3f4a5b6c7d8e",
                     *           "current": true,
                     *           "generations": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Status"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AdministratorsOnly"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # HELP vektor_streams_open Streams that are open.
                     *     # TYPE vektor_streams_open gauge
                     *     vektor_streams_open 3
                     */
                    "text/plain": string;
                };
            };
            401: components["responses"]["MetricsUnauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getHomePage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getSwaggerPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getRedocPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getContractJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getContractYaml: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            304: components["responses"]["NotModified"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getProblemListPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getProblemPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The last part of a `type`.
                 * @example conversation-busy
                 */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description `not-found`: there is no such problem. */
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A name that one of the pages uses. */
                file_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                    "text/css": string;
                    "image/svg+xml": string;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description `not-found`: no page uses this name now. */
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
}
