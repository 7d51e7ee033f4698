"""Cells that harm, by accident or not; beside right answers they must cost nothing.

:data:`FIRST` stand before all other cells, because they take names away.
"""

HARMS = {
    "an endless loop": "while True:\n    pass",
    "an endless loop that cannot be interrupted": (
        "import signal\nfor s in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):\n"
        "    signal.signal(s, signal.SIG_IGN)\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "sleep": "import time\ntime.sleep(10**6)",
    "a loop in C": "10 ** 10 ** 9",
    "a regular expression without end": "import re\nre.match(r'(a+)+b', 'a' * 60)",
    "os._exit": "import os\nos._exit(0)",
    "a segmentation fault": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "killing itself": "import os\nos.kill(os.getpid(), 9)",
    "killing its group": "import os, signal\nos.killpg(0, signal.SIGKILL)",
    "sys.exit": "import sys\nsys.exit(1)",
    "exit and quit": "exit()\nquit()",
    "8 GB of memory": "x = bytearray(8 << 30)",
    "memory by many processes": (
        "import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n"
        "        x = b'x' * (300 << 20)\n        time.sleep(60)\n        os._exit(0)\n"
        "time.sleep(60)"
    ),
    "memory in files": ("for i in range(99):\n    open(f'/tmp/{i}', 'wb').write(bytes(50 << 20))"),
    "shared memory": (
        "from multiprocessing.shared_memory import SharedMemory\n"
        "x = [SharedMemory(create=True, size=50 << 20) for _ in range(99)]\n"
        "for m in x: m.buf[::4096] = bytes(len(m.buf[::4096]))"
    ),
    "a process bomb": (
        "import os\ndef bomb():\n    while True:\n        try: os.fork()\n"
        "        except OSError: pass\nbomb()"
    ),
    "a bomb of the shell": "!b() { b | b & }; b",
    "a thread bomb": (
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
    ),
    "threads that go on": (
        "import threading\ndef spin():\n    while True: sum(range(1000))\n"
        "threading.Thread(target=spin, daemon=True).start()"
    ),
    "an exit handler": "import atexit, time\natexit.register(time.sleep, 10**6)",
    "orphans": "!(setsid nohup sleep 4242 >/dev/null 2>&1 &)",
    "children that ignore signals": (
        "import os, signal, time\nif os.fork() == 0:\n    os.setsid()\n"
        "    for s in range(1, 32):\n        try: signal.signal(s, signal.SIG_IGN)\n"
        "        except OSError: pass\n    time.sleep(4242)"
    ),
    "output without end": "while True: print('x' * 1000)",
    "500 MB of output": "for _ in range(500): print('x' * (1 << 20))",
    "500 MB of output by the shell": "!head -c 500000000 /dev/zero | tr '\\0' x",
    "one line of 100 MB": "print('<' * (100 << 20))",
    "much HTML": "from IPython.display import HTML, display\ndisplay(HTML('<div>' * 10**6))",
    "many outputs": "from IPython.display import display\nfor _ in range(10**5): display(1)",
    "many pictures": (
        "import matplotlib.pyplot as plt, numpy as np\nfor _ in range(3):\n"
        "    plt.imshow(np.random.rand(900, 900)); plt.show()"
    ),
    "active outputs": (
        "from IPython.display import HTML, Javascript, SVG, IFrame, display\n"
        "display(HTML('<script>alert(1)</script><img src=x onerror=alert(1)>'),\n"
        "        Javascript('alert(1)'), SVG('<svg onload=\"alert(1)\"></svg>'),\n"
        "        IFrame('https://example.org', 9, 9))\n"
        "display({'application/vnd.jupyter.widget-view+json': {'model_id': 'x'},\n"
        "         'text/html': 3, 'x': b'\\xff'}, raw=True)"
    ),
    "half characters printed": "print('\\ud800\\udfff')",
    "terminal codes printed": "print('\\x1b]0;owned\\x07\\x1b[2J\\x1b]8;;http://x\\x1b\\\\')",
    "deep recursion": "def f(): return f()\nf()",
    "deep recursion without limit": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()"
    ),
    "input": "name = input('your name? ')",
    "a password wanted": "import getpass\ngetpass.getpass()",
    "standard input": "import sys\nprint(sys.stdin.read())",
    "a debugger": "import pdb\npdb.set_trace()",
    "warnings": "import warnings\nfor _ in range(99): warnings.warn('old')",
    "standard error": "import sys, os\nprint('!', file=sys.stderr)\nos.write(2, b'!')",
    "writing to the real output": "import os\nos.write(1, b'x' * 100000)",
    "a window toolkit": "%matplotlib qt",
    "another backend": "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as p",
    "installing": "!pip install --quiet nothing-of-that-name\n%pip install nothing-of-that-name",
    "a shell cell": "%%bash\nexit 3",
    "a cell in another language": "%%javascript\nalert(1)",
    "an unknown magic": "%%nothing\nx",
    "an unknown extension": "%load_ext nothing",
    "reloading": "%load_ext autoreload\n%autoreload 2",
    "another folder": "import os\nos.chdir('/')\n%cd /tmp",
    "a missing package": "import tensorflow_that_is_not_there",
    "missing data": "open('data/train.csv')",
    "a syntax error": "def broken(:",
    "an exception": "raise RuntimeError('x' * 10**6)",
    "an exception above all": "raise BaseException('out')",
    "a server": (
        "import http.server\nhttp.server.HTTPServer(('', 8000), "
        "http.server.BaseHTTPRequestHandler).serve_forever()"
    ),
    "a pool of processes": (
        "import multiprocessing as m\nm.get_context('fork').Pool(2).map(abs, [1, -2])"
    ),
    "lower limits": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    "higher limits": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)"
    ),
    "no garbage collection": "import gc\ngc.disable()\ngc.set_threshold(0)",
    "tracing": "import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)",
    "a seed": "import numpy as np, random\nnp.random.seed(0)\nrandom.seed(0)",
    "30 MB of text": "x = 1  # " + "x" * (30 << 20),
}

FIRST = {
    "reset": "%reset -f",
    "reset of everything": "%reset -f -s\nglobals().clear()",
    "a closed output": "import sys\nsys.stdout.close() if hasattr(sys.stdout, 'close') else None",
}
