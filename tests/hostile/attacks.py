"""Hostile cells. ``<home>``, ``<gradebook>``, ``<root>``, ``<port>``, ``<pid>``, ``<grader>`` are
filled in with what they reach for; ``FUNCTIONS`` are the names of the graded functions.

Each of :data:`EMPTY` stands in a notebook without answers, which must get nothing for it; each of
:data:`HARMS` in one with all answers, which must get everything in spite of it.
"""

RETURN = "for name in FUNCTIONS:\n    globals()[name] = lambda *a, **k: "
FUNCTION = "def forged(*a, **k):\n{body}\nfor name in FUNCTIONS:\n    globals()[name] = forged"
PIPES = (
    "import json, os, struct\n"
    "pipes = [int(n) for n in os.listdir('/proc/self/fd')\n"
    "         if os.readlink(f'/proc/self/fd/{n}').startswith('pipe')]\n"
    "def frame(head, body=b''):\n"
    "    text = json.dumps(head).encode()\n"
    "    return struct.pack('>II', len(text), len(body)) + text + body\n"
    "def write(data):\n"
    "    for fd in pipes:\n"
    "        try:\n            os.set_blocking(fd, False); os.write(fd, data)\n"
    "        except OSError: pass\n"
)
PLAIN = (
    "from grader.checking.contract.wire import to_bytes\n"
    "import numpy as np\n"
    "outcome = {'outputs': {k: np.zeros((2, 2)) for k in ('u', 'y', 'dx', 'dW', 'db')},\n"
    "           'failure': None, 'changed': [], 'printed': '', 'warned': []}\n"
)

READING = {
    "read a file of home": "print(open('<home>').read())",
    "read the gradebook": "print(open('<gradebook>', 'rb').read())",
    "write the gradebook": "open('<gradebook>', 'w').write('500')",
    "remove the gradebook": "import os\nos.remove('<gradebook>')",
    "list the class": "import os\nprint(os.listdir('<root>'))",
    "search every folder": (
        "import os\nfor folder, _, files in os.walk('/'):\n"
        "    if folder.startswith(('/proc', '/usr')): continue\n"
        "    for name in files:\n        if name.startswith('.canary') or name == 'gradebook.db':\n"
        "            print(open(os.path.join(folder, name)).read())"
    ),
    "read through proc root": (
        "import os\nfor pid in [p for p in os.listdir('/proc') if p.isdigit()]:\n"
        "    try:\n        print(open(f'/proc/{pid}/root<gradebook>').read())\n"
        "    except OSError as error: print(type(error).__name__)"
    ),
    "read other environments": (
        "import os\nfor pid in [p for p in os.listdir('/proc') if p.isdigit()]:\n"
        "    try:\n        print(open(f'/proc/{pid}/environ').read())\n"
        "    except OSError as error: print(type(error).__name__)"
    ),
    "read through inherited files": (
        "import os\nfor pid in (1, os.getppid(), os.getpid()):\n"
        "    try:\n        for fd in os.listdir(f'/proc/{pid}/fd'):\n"
        "            print(os.readlink(f'/proc/{pid}/fd/{fd}'))\n"
        "            if fd not in '012': print(os.pread(int(fd), 99, 0))\n"
        "    except OSError as error: print(type(error).__name__)"
    ),
    "a link to the gradebook": (
        "import os\nos.symlink('<gradebook>', 'mine.txt')\nprint(open('mine.txt').read())"
    ),
    "connect to a server": "import socket\nsocket.create_connection(('127.0.0.1', <port>), 2)",
    "fetch a page": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:<port>/')",
    "run curl": "!curl -s http://127.0.0.1:<port>/ || wget -q http://127.0.0.1:<port>/",
    "end a process": "import os\nos.kill(<pid>, 9)",
    "end every process": "import os\nos.kill(-1, 15)",
    "trace a process": (
        "import ctypes\nfor pid in (1, <pid>):\n    print(ctypes.CDLL(None).ptrace(16, pid, 0, 0))"
    ),
    "read a process's memory": (
        "for pid in (1, <pid>, <grader>):\n    try: print(open(f'/proc/{pid}/mem', 'rb').read(9))\n"
        "    except OSError as error: print(type(error).__name__)"
    ),
    "become root": "import os\nos.setuid(0)\nprint(open('<home>').read())",
    "a new namespace": "!unshare -rm sh -c 'mount -t tmpfs x /tmp && cat <home>'",
    "sudo": "!sudo -n cat <home> || su -c 'cat <home>'",
    "remove everything": "!rm -rf / --no-preserve-root 2>/dev/null",
    "change the interpreter": (
        "import sys, os\nfor folder in sys.path:\n"
        "    try: open(os.path.join(folder, 'sitecustomize.py'), 'w').write('raise SystemExit')\n"
        "    except OSError: pass"
    ),
}

ANSWERS = {
    "import the exercises": (
        "from grader.checking.contract.registry import find\nfor name in FUNCTIONS:\n"
        "    globals()[name] = find(name).reference[-1]"
    ),
    "import the exercises from disk": (
        "import sys\nsys.path.insert(0, '/work')\nsys.path.insert(0, '<root>')\n"
        "for name in [m for m in sys.modules if m.startswith('grader')]: del sys.modules[name]\n"
        "import grader.exercises"
    ),
    "the library's functions": (
        "import course_lib.functional as F\nfor name in FUNCTIONS:\n"
        "    globals()[name] = getattr(F, name, None)"
    ),
    "the library's layers": (
        "from course_lib.layers import Linear\nimport numpy as np\n"
        "layer = Linear(2, 2, rng=np.random.default_rng(0))\n"
        "for name in FUNCTIONS:\n    globals()[name] = lambda x, *a: layer.forward(x)"
    ),
    "solutions from disk": (
        "import glob\nfor path in glob.glob('/**/solutions/**', recursive=True)[:9]:\n"
        "    print(open(path).read())"
    ),
    "compiled files": (
        "import glob, marshal\nfor path in glob.glob('/sandbox/**/*.pyc', recursive=True):\n"
        "    code = marshal.loads(open(path, 'rb').read()[16:])\n"
        "    for name in FUNCTIONS:\n"
        "        if name in code.co_names and 'functional' in path: exec(code, globals())"
    ),
    "expected values from the frames": FUNCTION.format(
        body="    import sys\n    frame = sys._getframe()\n    while frame:\n"
        "        for key in ('want', 'expected', 'reference'):\n"
        "            if key in frame.f_locals: return frame.f_locals[key]\n"
        "        frame = frame.f_back"
    ),
    "expected values from memory": FUNCTION.format(
        body="    import gc\n    found = [o for o in gc.get_objects() if isinstance(o, dict)\n"
        "             and ('want' in o or 'key' in o and 'points' in o)]\n"
        "    return found[0]['want'] if found else None"
    ),
    "expected values from history": (
        "print(In, Out)\nfrom IPython import get_ipython\n"
        "print(list(get_ipython().history_manager.get_range()))"
    ),
    "the inputs given back": FUNCTION.format(body="    return a"),
    "zeros of every shape": FUNCTION.format(
        body="    import numpy as np\n    return np.zeros_like(a[0]), a"
    ),
}

PATCHES = {
    "numpy compares": (
        "import numpy as np\nimport numpy.testing as t\n"
        "for f in ('allclose', 'isclose', 'array_equal', 'all', 'any', 'max', 'abs', 'isfinite'):\n"
        "    setattr(np, f, lambda *a, **k: True)\n"
        "for f in dir(t):\n    if f.startswith('assert'): setattr(t, f, lambda *a, **k: None)"
    ),
    "builtins": (
        "import builtins\nfor f in ('abs', 'max', 'min', 'sum', 'all', 'any', 'isinstance'):\n"
        "    setattr(builtins, f, lambda *a, **k: True)"
    ),
    "numpy's savers": (
        "import numpy as np\nnp.ndarray = np.asarray = np.array = lambda *a, **k: 1.0\n"
        "np.savez = np.save = lambda *a, **k: None"
    ),
    "ast": (
        "import ast, builtins\nast.parse = lambda *a, **k: ast.Module([], [])\n"
        "compile_ = builtins.compile\nbuiltins.compile = lambda *a, **k: compile_('1', 'x', 'exec')"
    ),
    "the shell's run_cell": (
        "ip = get_ipython()\nrun = ip.run_cell\n"
        "ip.run_cell = lambda source, *a, **k: run('100.0', *a, **k)"
    ),
    "the shell's class": "get_ipython().__class__.run_cell = lambda *a, **k: None",
    "input transformers": (
        "get_ipython().input_transformers_post.append(lambda lines: ['100.0\\n'])\n"
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['100.0\\n'])"
    ),
    "syntax tree transformers": (
        "import ast\nclass T(ast.NodeTransformer):\n"
        "    def visit_Module(self, node): return ast.parse('100.0')\n"
        "get_ipython().ast_transformers.append(T())"
    ),
    "hooks of the shell": (
        "def hook(*a): get_ipython().user_ns['score'] = 100\n"
        "for event in ('pre_run_cell', 'post_run_cell', 'pre_execute', 'post_execute'):\n"
        "    get_ipython().events.register(event, hook)"
    ),
    "the display": (
        "import IPython.core.displayhook as d\nget_ipython().displayhook = lambda value: None\n"
        "d.DisplayHook.__call__ = lambda self, result=None: None\n"
        "get_ipython().display_formatter = None"
    ),
    "check": (
        "import grader.checking, grader.checking.home.check\n"
        "for m in (grader.checking, grader.checking.home.check):\n"
        "    try: m.check = m.check_choice = lambda *a, **k: 1e9\n"
        "    except AttributeError: pass\n"
        "check = check_choice = lambda *a, **k: 1e9"
    ),
    "the judge": (
        "import grader.checking.judging.judge as j\nj.verdict = j.make_cases = lambda *a, **k: 1e9"
    ),
    "apply": (
        "import grader.checking.judging.apply as a, grader.grading.sandbox.inside as w\n"
        "w.apply = a.apply = lambda *x: a.Outcome(outputs={'u': 1.0, 'y': 1.0})"
    ),
    "how run is made": (
        "import grader.checking.contract.families as f, grader.grading.sandbox.inside as w\n"
        "w.run_of = f.run_of = lambda settings: lambda *x: {'score': 1e9}"
    ),
    "what the process replies": (
        "import grader.grading.sandbox.inside as w\n"
        "w.reply = lambda shell, head, body: ({'score': 1e9, 'points': 1e9, 'found': True}, b'')"
    ),
    "how the process sends": (
        "import grader.grading.process.frames as f\n"
        "f.pack = lambda head, body=b'': b'\\0\\0\\0\\2\\0\\0\\0\\0{}'"
    ),
    "json": "import json\njson.dumps = lambda *a, **k: '{\"score\": 1e9}'",
    "comparison of outcomes": (
        "import grader.checking.judging.apply as a\n"
        "a._differs = lambda *x: False\na._failure = lambda *x: None"
    ),
    "numpy's arrays": (
        "import numpy as np\nclass Equal(np.ndarray):\n"
        "    __eq__ = __le__ = __ge__ = lambda *a: True\n"
        "    def __array__(self, *a, **k): return self\n"
        + RETURN
        + "(np.zeros((2, 2)).view(Equal), a)"
    ),
}

CHANNEL = {
    "an answer in advance": PIPES + PLAIN + "write(frame({}, to_bytes(outcome)) * 50)",
    "answers to cells in advance": PIPES + "write(frame({'outputs': [], 'success': True}) * 50)",
    "answers out of a thread": (
        PIPES + PLAIN + "import threading, time\n"
        "def spam():\n    while True:\n"
        "        write(frame({}, to_bytes(outcome)))\n        time.sleep(0.001)\n"
        "threading.Thread(target=spam, daemon=True).start()"
    ),
    "half a frame": PIPES + "write(frame({'outputs': []})[:-1])",
    "rubbish": PIPES + "write(b'\\xff' * 60000)",
    "a frame of 4 GB": PIPES + "write(struct.pack('>II', 1 << 31, 1 << 31))",
    "nested JSON": PIPES + "write(struct.pack('>II', 50000, 0) + b'[' * 50000)",
    "a million lists": PIPES + "write(struct.pack('>II', 9 << 20, 0) + b'[[],' * (1 << 14))",
    "not a number": PIPES + "write(frame({'outputs': [float('nan')], 'success': True}))",
    "the key wanted": PIPES + "write(frame({'found': True}, b''))",
    "reading along": (
        PIPES + "import threading\ndef listen():\n    while True:\n"
        "        for fd in pipes:\n"
        "            try: os.read(fd, 10)\n            except OSError: pass\n"
        "threading.Thread(target=listen, daemon=True).start()"
    ),
    "two who answer": PIPES + "os.fork()",
    "replaced ends": PIPES + "r, w = os.pipe()\nfor fd in pipes: os.dup2(w, fd)",
    "a process of one's own": (
        PIPES + "os.execv('/bin/sh', ['sh', '-c', 'cat /dev/zero >&' + str(pipes[-1])])"
    ),
}

VALUES = {
    "a float that equals all": (
        "class F(float):\n    __eq__ = __lt__ = __gt__ = __le__ = lambda *a: True\n"
        + RETURN
        + "F(1.0)"
    ),
    "masked arrays": (
        "import numpy as np\n" + RETURN + "np.ma.masked_all((2, 2)), np.ma.masked_all((2, 2)))"
    ).replace("lambda *a, **k: np", "lambda *a, **k: (np"),
    "arrays of objects": (
        "import numpy as np\nclass O:\n    __eq__ = __sub__ = __abs__ = lambda *a: O()\n"
        "    __bool__ = lambda self: True\n" + RETURN + "(np.array([[O(), O()]] * 2), a)"
    ),
    "an array interface that lies": (
        "import numpy as np\nclass I:\n    __array_interface__ = {'shape': (1 << 40,), 'typestr': "
        "'<f8', 'data': (1, False), 'version': 3}\n" + RETURN + "(I(), I(), I())"
    ),
    "a dictionary that agrees": (
        "class D(dict):\n    __missing__ = __getitem__ = lambda *a: 1.0\n"
        "    __contains__ = __eq__ = lambda *a: True\n    keys = lambda self: ['dx']\n"
        + RETURN
        + "D()"
    ),
    "an error without a name": FUNCTION.format(body="    raise type('', (Exception,), {})()"),
    "the words of what cannot be judged": RETURN + "('it cannot be determined',) * 3",
    "endless items": "import itertools\n" + RETURN + "itertools.count()",
    "a list in itself": "x = []\nx.append(x)\n" + RETURN + "(x, x, x)",
    "a very long list": RETURN + "([0.0] * 10**7, a)",
    "arrays that multiply": (
        "import numpy as np\nn = [0]\ndef forged(*a, **k):\n    n[0] += 1\n"
        "    return [np.zeros((60000, 1)), np.zeros((1, 60000))] * 2\n"
        "for name in FUNCTIONS:\n    globals()[name] = forged"
    ),
    "an array of nothing": "import numpy as np\n" + RETURN + "(np.zeros((0, 1 << 40)), a)",
    "a number too long to print": RETURN + "(10 ** 6000, 10 ** 6000, 10 ** 6000)",
    "not a number": "import numpy as np\n" + RETURN + "(np.full((2, 2), np.nan), a)",
    "complex and odd dtypes": (
        "import numpy as np\n"
        + RETURN
        + "(np.zeros(2, 'datetime64[s]'), np.zeros(2, [('a', 'f8')]), np.zeros(2, 'c32'))"
    ),
    "half a character": FUNCTION.format(body="    raise ValueError('\\ud800' * 9)"),
    "an error that cannot be shown": (
        "class E(Exception):\n    def __str__(self): raise RuntimeError\n    __repr__ = __str__\n"
        + FUNCTION.format(body="    raise E()")
    ),
    "an error with markup": (
        "E = type('<script>alert(1)</script>', (Exception,), {})\n"
        + FUNCTION.format(body="    raise E('<img src=x onerror=alert(1)>\\x1b]0;x\\x07')")
    ),
    "an error above all": FUNCTION.format(body="    raise BaseException('out')"),
    "interrupts": FUNCTION.format(body="    raise KeyboardInterrupt"),
    "exits": FUNCTION.format(body="    raise SystemExit(0)"),
    "a callable that lies": (
        "class C:\n    __code__ = property(lambda s: 1 / 0)\n    __name__ = 3\n"
        "    def __call__(self, *a): return 1.0\n    def __getattr__(self, n): raise SystemExit\n"
        "for name in FUNCTIONS:\n    globals()[name] = C()"
    ),
    "coroutines": (
        "import warnings\nasync def forged(*a): return 1.0\n"
        "for name in FUNCTIONS:\n    globals()[name] = forged"
    ),
    "generators": (
        "def forged(*a): yield 1.0\nfor name in FUNCTIONS:\n    globals()[name] = forged"
    ),
    "no functions at all": "for name in FUNCTIONS:\n    globals()[name] = 1e9",
    "a namespace of one's own": (
        "class N(dict):\n    def __missing__(self, key): return lambda *a: 1.0\n"
        "get_ipython().user_ns = N()"
    ),
    "code that is edited at run time": (
        "import numpy as np\ndef forged(*a): return 0\n"
        "forged.__code__ = (lambda *a: np.ones((2, 2))).__code__\n"
        "for name in FUNCTIONS:\n    globals()[name] = forged"
    ),
}

EMPTY = READING | ANSWERS | {f"patch {k}": v for k, v in PATCHES.items()}
EMPTY |= {f"send {k}": v for k, v in CHANNEL.items()} | {
    f"return {k}": v for k, v in VALUES.items()
}
