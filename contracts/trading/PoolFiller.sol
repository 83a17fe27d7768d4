// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IUniswapV3SwapCallback} from "@uniswap/v3-core/contracts/interfaces/callback/IUniswapV3SwapCallback.sol";
import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";
import {IFillCallback} from "../interfaces/IAuction.sol";
import {IVault} from "../interfaces/IVault.sol";

/// @title PoolFiller
/// @notice A keeper's contract: fills vault auctions out of a Uniswap v3 pool and keeps that pool at the oracle price.
/// @dev The owner names vault and pool in every call and thereby trusts them for that call; nobody else gets further
/// than a revert.
contract PoolFiller is Ownable, IFillCallback, IUniswapV3SwapCallback {
    using SafeERC20 for IERC20;

    error CallbackUnexpected(address caller);
    error ProfitBelowMin(int256 profit, uint256 minProfit);

    // A swap without a price limit of its own: one inside Uniswap's TickMath range on either side.
    uint160 private constant MIN_SQRT_PRICE_X96 = 4295128740;
    uint160 private constant MAX_SQRT_PRICE_X96 = 1461446703485210103287273052203988822378723970341;

    // Whose callbacks are expected, for the length of one call.
    IVault private transient _vault;
    IUniswapV3Pool private transient _pool;

    constructor(address owner) Ownable(owner) {}

    /* FILL */

    /// @notice Fills `amount` of the vault's auction with a swap on `pool` and keeps the difference, in base asset.
    /// @dev - Needs no stock. Reverts when the difference is below `minProfit`.
    /// @param limit the most base units the vault may ask, or the least it may pay
    /// @custom:access owner
    function fill(
        IVault vault,
        uint256 position,
        uint256 amount,
        uint256 limit,
        IUniswapV3Pool pool,
        uint256 minProfit
    ) external onlyOwner returns (uint256 profit) {
        IERC20 base = IERC20(vault.asset());
        int256 balanceBefore = int256(base.balanceOf(address(this))); // safe: no supply reaches 2^255

        (_vault, _pool) = (vault, pool);
        vault.fill(position, amount, limit, hex"01"); // any data asks for the callback
        (_vault, _pool) = (IVault(address(0)), IUniswapV3Pool(address(0)));

        int256 gain = int256(base.balanceOf(address(this))) - balanceBefore;
        require(gain >= int256(minProfit), ProfitBelowMin(gain, minProfit));
        return uint256(gain);
    }

    /// @inheritdoc IFillCallback
    function onFill(address paidToken, uint256 paid, address owedToken, uint256 owed, bytes calldata) external {
        require(msg.sender == address(_vault), CallbackUnexpected(msg.sender));

        bool zeroForOne = paidToken == _pool.token0();
        if (paidToken == _vault.asset()) {
            // Buy exactly what is owed, delivered to the vault: what is not spent is profit.
            _swap(_pool, msg.sender, zeroForOne, -int256(owed));
        } else {
            // Sell all that was paid: what is not owed is profit.
            _swap(_pool, address(this), zeroForOne, int256(paid));
            IERC20(owedToken).safeTransfer(msg.sender, owed);
        }
    }

    function _swap(IUniswapV3Pool pool, address recipient, bool zeroForOne, int256 amountSpecified) private {
        pool.swap(
            recipient, zeroForOne, amountSpecified, zeroForOne ? MIN_SQRT_PRICE_X96 : MAX_SQRT_PRICE_X96, ""
        );
    }

    /* ARBITRAGE */

    /// @notice Sells up to `amountIn` of the filler's own stock to `pool` until its price reaches the limit.
    /// @custom:access owner
    /// @return spent of the token sold
    /// @return bought of the other
    function arbitrage(IUniswapV3Pool pool, bool zeroForOne, uint256 amountIn, uint160 sqrtPriceLimitX96)
        external
        onlyOwner
        returns (uint256 spent, uint256 bought)
    {
        _pool = pool;
        (int256 amount0, int256 amount1) =
            pool.swap(address(this), zeroForOne, int256(amountIn), sqrtPriceLimitX96, "");
        _pool = IUniswapV3Pool(address(0));

        (int256 sold, int256 received) = zeroForOne ? (amount0, amount1) : (amount1, amount0);
        return (uint256(sold), uint256(-received));
    }

    /// @inheritdoc IUniswapV3SwapCallback
    function uniswapV3SwapCallback(int256 amount0Delta, int256 amount1Delta, bytes calldata) external {
        require(msg.sender == address(_pool), CallbackUnexpected(msg.sender));

        if (amount0Delta > 0) IERC20(_pool.token0()).safeTransfer(msg.sender, uint256(amount0Delta));
        else IERC20(_pool.token1()).safeTransfer(msg.sender, uint256(amount1Delta));
    }

    /* STOCK */

    /// @notice Sends all of `token` to the owner.
    /// @custom:access owner
    function withdraw(IERC20 token) external onlyOwner returns (uint256 amount) {
        amount = token.balanceOf(address(this));
        token.safeTransfer(owner(), amount);
    }
}
