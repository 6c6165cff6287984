-- Talks to `mim-repl lsp` with neovim's own client, and checks what it makes of the answers.
-- usage: nvim --headless -u NONE -c 'luafile neovim.lua', with the variables that run.sh sets

local folder = os.getenv("MIM_EDITOR_TEST")
local passed, failed = 0, 0

local function expect(what, holds, found)
  if holds then
    passed = passed + 1
  else
    failed = failed + 1
    io.stderr:write("FAILED: " .. what .. ": " .. vim.inspect(found) .. "\n")
  end
end

local function wait(what, condition)
  local found = vim.wait(60000, condition, 20)
  if not found then expect("waiting for " .. what, false, "nothing came") end
  return found
end

local function write(name, lines)
  local path = folder .. "/" .. name
  vim.fn.writefile(lines, path)
  vim.cmd("edit " .. vim.fn.fnameescape(path))
  return vim.api.nvim_get_current_buf()
end

-- What docs/editors.md tells people to put into their init.lua.
local function example()
  local page = table.concat(vim.fn.readfile(os.getenv("MIM_EDITOR_PAGE")), "\n")
  return page:match("```lua\n(.-)```")
end

local start_client = vim.lsp.start_client
vim.lsp.start_client = function(config)
  config.on_exit = function(code) _G.exit_code = code end
  return start_client(config)
end

local function request(buffer, method, params)
  local results, problem = vim.lsp.buf_request_sync(buffer, method, params, 60000)
  if problem then expect(method, false, problem) end
  for _, answer in pairs(results or {}) do return answer.result, answer.error end
end

local function at(line, character)
  vim.api.nvim_win_set_cursor(0, { line, character })
  return vim.lsp.util.make_position_params(0, "utf-16")
end

vim.opt.runtimepath:append(os.getenv("MIM_EDITOR_FILES"))
vim.cmd("syntax on | filetype plugin on")
vim.cmd("cd " .. vim.fn.fnameescape(folder))
assert(loadstring(example()))()

-- A script.
local script = write("s.mim", {
  'title = "é🧪"; toy = load toy "4" sed=3',
  "m0 = model mim toy hidden=[5]",
  "m = tra",
  "z=encode   m0 toy.test",
  "z",
})
expect("scripts are known by their ending", vim.bo.filetype == "mim", vim.bo.filetype)
expect("comments have the language's mark", vim.bo.commentstring == "# %s", vim.bo.commentstring)
wait("the server", function() return #vim.lsp.get_active_clients() > 0 end)
expect("the documented lines start one server", #vim.lsp.get_active_clients() == 1, #vim.lsp.get_active_clients())
local client = vim.lsp.get_active_clients()[1].id
wait("diagnostics", function() return #vim.diagnostic.get(script) > 0 end)
local problem = vim.diagnostic.get(script)[1] or {}
expect("the mistake is told where it is", problem.lnum == 0 and problem.code == "E102", problem)
-- vim counts bytes: é is two, the test tube four.
expect("places are right behind wide characters", problem.col == 37, problem.col)

local actions = request(script, "textDocument/codeAction", {
  textDocument = vim.lsp.util.make_text_document_params(),
  range = {
    start = { line = 0, character = 0 },
    ["end"] = { line = 0, character = 40 },
  },
  context = { diagnostics = {} },
})
expect("a quick fix is offered", actions and actions[1] and actions[1].title:find("seed"), actions)
if actions and actions[1] then vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16") end
local line = vim.api.nvim_buf_get_lines(script, 0, 1, false)[1]
expect("the quick fix mends the line", line == 'title = "é🧪"; toy = load toy "4" seed=3', line)
wait("the mistake to go", function()
  for _, one in ipairs(vim.diagnostic.get(script)) do if one.lnum == 0 then return false end end
  return true
end)

local list = request(script, "textDocument/completion", at(3, 7))
local labels = {}
for _, item in ipairs(list and list.items or {}) do labels[item.label] = true end
expect("verbs are completed", labels.train and labels.transform and not labels.load, labels)
vim.api.nvim_buf_set_lines(script, 2, 3, false, { "m = train m0 toy epochs=1" })
local hover = request(script, "textDocument/hover", at(3, 6))
expect("hover is help", hover and hover.contents.value:find("train MODEL DATA", 1, true), hover)
local place = request(script, "textDocument/definition", at(4, 11))
expect("definition is found", place and place.range.start.line == 1, place)

local edit = request(script, "textDocument/rename",
  vim.tbl_extend("force", at(2, 0), { newName = "net" }))
if edit then vim.lsp.util.apply_workspace_edit(edit, "utf-16") end
expect("renaming changes every place",
  vim.deep_equal(vim.api.nvim_buf_get_lines(script, 1, 4, false),
    { "net = model mim toy hidden=[5]", "m = train net toy epochs=1", "z=encode   net toy.test" }),
  vim.api.nvim_buf_get_lines(script, 0, -1, false))

if vim.lsp.buf.format then
  vim.lsp.buf.format({ timeout_ms = 60000 })
else
  vim.lsp.buf.formatting_sync(nil, 60000)
end
line = vim.api.nvim_buf_get_lines(script, 3, 4, false)[1]
expect("formatting", line == "z = encode net toy.test", line)
wait("no mistakes", function() return #vim.diagnostic.get(script) == 0 end)

-- A notebook.
local notebook = write("n.mimnb", {
  "# Title", "", "Text with train.", "", "```mim", "#| label: one", "x = 2 * 3", "```", "",
  "```mim", "y = x + 1", "y", "```",
})
expect("notebooks are known by their ending", vim.bo.filetype == "mimnb", vim.bo.filetype)
expect("it serves every text", #vim.lsp.get_active_clients() == 1 and vim.lsp.buf_is_attached(notebook, client),
  vim.lsp.get_active_clients())
local lenses = request(notebook, "textDocument/codeLens",
  { textDocument = vim.lsp.util.make_text_document_params() })
local titles = {}
for _, lens in ipairs(lenses or {}) do table.insert(titles, lens.command.title) end
expect("cells have lenses", titles[1] == "run" and titles[2]:find("stale", 1, true), titles)
-- A click on "run" is the editor's: the documented lines open a terminal.
vim.lsp.commands["mim.run"](lenses[1].command)
wait("the run", function() return vim.fn.filereadable(folder .. "/out/n/run.json") == 1 end)
wait("the terminal's end", function() return vim.fn.jobwait({ vim.b.terminal_job_id or vim.bo.channel }, 0)[1] ~= -1 end)
local record = vim.fn.json_decode(vim.fn.readfile(folder .. "/out/n/run.json"))
expect("the cell ran, and none behind it",
  record.cells[1].status == "ok" and record.cells[2].status == "not run", record.cells)
vim.cmd("buffer " .. notebook)
lenses = request(notebook, "textDocument/codeLens",
  { textDocument = vim.lsp.util.make_text_document_params() })
expect("what ran is fresh", lenses and lenses[2] and lenses[2].command.title == "fresh", lenses)
expect("the other cell is stale", lenses and lenses[4] and lenses[4].command.title:find("stale", 1, true), lenses)

local symbols = request(notebook, "textDocument/documentSymbol",
  { textDocument = vim.lsp.util.make_text_document_params() })
expect("the outline has the heading and its cells",
  symbols and symbols[1] and symbols[1].name == "Title" and #symbols[1].children == 2, symbols)

-- Highlighting.
local function group(line, column)
  return vim.fn.synIDattr(vim.fn.synID(line, column, 1), "name")
end
vim.cmd("redraw")
expect("cells are highlighted", group(7, 5) == "mimNumber", group(7, 5))
expect("cell options too", group(6, 4) == "mimCellKey", group(6, 4))
expect("prose is Markdown", group(3, 11) ~= "mimVerb", group(3, 11))
expect("headings are Markdown", group(1, 3):find("markdown", 1, true), group(1, 3))
vim.cmd("buffer " .. script)
expect("verbs are highlighted", group(3, 5) == "mimVerb", group(3, 5))
expect("options are, too", group(3, 20) == "mimOption", group(3, 20))
expect("strings are, too", group(1, 10) == "mimString", group(1, 10))

vim.lsp.stop_client(client)
wait("the server to end", function() return _G.exit_code ~= nil end)
expect("the server ends well", _G.exit_code == 0, _G.exit_code)

io.stdout:write(string.format("%d passed, %d failed\n", passed, failed))
vim.cmd(failed == 0 and passed > 20 and "qall!" or "cquit!")
