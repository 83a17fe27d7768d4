// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

// Tokens that do what a careless vault does not expect. Each misbehaves in the one way its name says, and only once it
// has been spoilt: a token that turns bad after deposits is the harder case, and one that was bad from the start is
// spoilt before the vault sees it.

/// What every awkward token can do besides: be minted, and turn.
abstract contract AwkwardToken is ERC20 {
    uint8 private immutable _decimals;
    bool public isSpoilt;

    constructor(uint8 decimals_) ERC20("Awkward", "AWK") {
        _decimals = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function spoil() external virtual {
        isSpoilt = true;
    }

    function restore() external virtual {
        isSpoilt = false;
    }

    /// Whether a movement between two accounts is one that misbehaves; minting never does.
    function _isBad(address from, address to) internal view returns (bool) {
        return isSpoilt && from != address(0) && to != address(0);
    }
}

/// Misbehaves in no way; 0, 24 or more decimals are awkward enough.
contract PlainToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}
}

/// Takes a hundredth of what is sent out of what arrives.
contract FeeOnTransferToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (_isBad(from, to)) super._update(to, address(0xfee), amount / 100);
    }
}

/// Takes a hundredth of what is sent from the sender, on top.
contract FeeOnSenderToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (_isBad(from, to)) super._update(from, address(0xfee), amount / 100);
    }
}

/// Moves and returns nothing, as the oldest tokens do.
contract NoReturnToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function transfer(address to, uint256 amount) public override returns (bool) {
        super.transfer(to, amount);
        _returnNothing();
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        super.transferFrom(from, to, amount);
        _returnNothing();
    }

    function _returnNothing() private view {
        bool isGood = !isSpoilt;
        assembly ("memory-safe") {
            mstore(0, 1)
            return(0, mul(isGood, 32))
        }
    }
}

/// Answers false and moves nothing.
contract FalseReturningToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !isSpoilt && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !isSpoilt && super.transferFrom(from, to, amount);
    }
}

/// Moves, and answers false all the same.
contract LyingToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function transfer(address to, uint256 amount) public override returns (bool) {
        return super.transfer(to, amount) && !isSpoilt;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return super.transferFrom(from, to, amount) && !isSpoilt;
    }
}

/// Refuses to move nothing.
contract ZeroRefusingToken is AwkwardToken {
    error ZeroRefused();

    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function _update(address from, address to, uint256 amount) internal override {
        require(!_isBad(from, to) || amount > 0, ZeroRefused());
        super._update(from, to, amount);
    }
}

/// Lets some accounts neither send nor receive.
contract BlocklistToken is AwkwardToken {
    error Blocked(address account);

    mapping(address account => bool) public isBlocked;

    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function block_(address account) external {
        isBlocked[account] = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_isBad(from, to)) {
            require(!isBlocked[from], Blocked(from));
            require(!isBlocked[to], Blocked(to));
        }
        super._update(from, to, amount);
    }
}

/// Stands still while it is spoilt.
contract PausedToken is AwkwardToken {
    error Paused();

    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function _update(address from, address to, uint256 amount) internal override {
        require(!_isBad(from, to), Paused());
        super._update(from, to, amount);
    }
}

/// Multiplies every balance, up or down.
contract RebasingToken is AwkwardToken {
    uint256 private constant ONE = 1e4;

    uint256 public indexBps = ONE;

    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function rebase(uint256 newIndexBps) external {
        indexBps = newIndexBps;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return super.balanceOf(account) * indexBps / ONE;
    }

    /// Amounts are of the multiplied kind; what is kept is not. Rounded up: a sender never keeps what it sent.
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, (amount * ONE + indexBps - 1) / indexBps);
    }
}

/// What a hooked account is told, before it sends and after it has received.
interface ITokenHooks {
    function onTokenMove(address from, address to, uint256 amount) external;
}

/// Calls sender and receiver, as ERC-777 does, when they have asked for it.
contract HookedToken is AwkwardToken {
    mapping(address account => bool) public isHooked;

    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function hook(address account) external {
        isHooked[account] = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (isHooked[from]) ITokenHooks(from).onTokenMove(from, to, amount);
        super._update(from, to, amount);
        if (isHooked[to]) ITokenHooks(to).onTokenMove(from, to, amount);
    }
}

/// Answers every transfer with more memory than its reader can pay for.
contract ReturnBombToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (!isSpoilt) return super.transfer(to, amount);
        assembly ("memory-safe") {
            revert(0, 1000000)
        }
    }
}

/// Burns all gas it is given.
contract GasBurningToken is AwkwardToken {
    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (!isSpoilt) return super.transfer(to, amount);
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// Answers nothing any more, not even a balance.
contract DeadToken is AwkwardToken {
    error Dead();

    constructor(uint8 decimals_) AwkwardToken(decimals_) {}

    function balanceOf(address account) public view override returns (uint256) {
        require(!isSpoilt, Dead());
        return super.balanceOf(account);
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!_isBad(from, to), Dead());
        super._update(from, to, amount);
    }
}
